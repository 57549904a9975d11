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
