import Routing

/// One entry of status.traffic (§1.6), as far as the object's own traffic does not say it.
struct ProgramTarget: Sendable {
    /// Which of the object's targets it is; the first of those that are one.
    let place: Int
    let resolved: ResolvedTarget
    /// As the Route has it, 0 to 100.
    var percent: Int64
    /// Where a tagged target is reached; else empty.
    let url: String

    /// Those of traffic in which every target is pinned and has no tag, where each resolves to a
    /// revision that is asked by HTTP/1.
    static func plain(_ traffic: [TrafficTarget]) -> [ProgramTarget] {
        var targets: [ProgramTarget] = []
        for (place, target) in traffic.enumerated() {
            let resolved = ResolvedTarget(revision: target.revisionName, isH2C: false)
            targets.add(resolved, target.percent ?? 0, place, in: traffic, url: "")
        }
        return targets
    }
}

extension [ProgramTarget] {
    /// §1.6: equal entries add up; here latestRevision counts.
    mutating func add(
        _ resolved: ResolvedTarget, _ percent: Int64, _ place: Int, in traffic: [TrafficTarget],
        url: String
    ) {
        let index = firstIndex { other in
            other.resolved.revision == resolved.revision
                && traffic[other.place].isSame(as: traffic[place])
        }
        if let index {
            self[index].percent += percent
        } else {
            append(ProgramTarget(place: place, resolved: resolved, percent: percent, url: url))
        }
    }
}

extension TrafficTarget {
    /// §1.6: such entries are one, where they mean the same revision.
    fileprivate func isSame(as other: TrafficTarget) -> Bool {
        tag == other.tag && (latestRevision ?? false) == (other.latestRevision ?? false)
            && followed == other.followed
    }

    /// The Configuration whose latest revision it is; empty when pinned.
    private var followed: String { revisionName.isEmpty ? configurationName : "" }
}

extension TargetReport {
    /// `traffic` is that of the program.
    init(
        _ target: ProgramTarget, in traffic: [TrafficTarget], namespace: String,
        _ platform: Platform
    ) {
        let given = traffic[target.place]
        let resolved = target.resolved
        self.init(
            tag: given.tag, revision: resolved.revision,
            configuration: given.revisionName.isEmpty ? given.configurationName : "",
            isLatest: given.latestRevision ?? false, percent: target.percent, url: target.url,
            reason: resolved.failure?.reason ?? "",
            message: resolved.failure?.message ?? "", isLastGood: resolved.isKept,
            destinations: DestinationKey(
                namespace: namespace, service: resolved.revision,
                port: resolved.failure != nil && !resolved.isKept
                    ? "" : RouteCompiler.port(isH2C: resolved.isH2C, platform).text))
    }
}
