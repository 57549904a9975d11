/// A Route's traffic by group: the default one, named by the empty string, and one per tag.
struct TrafficGroups {
    struct Member: Hashable {
        var percent: Int64
        var resolved: ResolvedTarget
        /// Follows the latest ready Revision of this Configuration; nil when pinned.
        var floating: String?
        /// Names the failing Configuration where there is no revision.
        var target: TargetName
    }

    /// In order of the groups' names.
    private(set) var groups: [(tag: String, members: [Member])] = []

    /// What each target of the traffic resolves to, in its order.
    init(_ traffic: [TrafficTarget], _ resolved: [ResolvedTarget]) {
        var main: [Member] = []
        main.reserveCapacity(traffic.count)
        var tagged: [String: [Member]] = [:]
        for (target, resolution) in zip(traffic, resolved) {
            let member = Member(
                percent: target.percent ?? 0, resolved: resolution,
                floating: target.revisionName.isEmpty ? target.configurationName : nil,
                target: TargetName(target))
            main.merge(member)
            if !target.tag.isEmpty { tagged[target.tag, default: []].merge(member) }
        }
        groups.append(("", main))
        if !tagged.isEmpty {
            groups += tagged.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        for index in groups.indices where groups[index].members.count == 1 {
            groups[index].members[0].percent = 100
        }
    }
}

extension [TrafficGroups.Member] {
    /// Entries for one revision add up; the first one's other fields win (§1.5).
    fileprivate mutating func merge(_ member: Element) {
        let index = firstIndex { other in
            member.resolved.revision.isEmpty
                ? other.target == member.target
                : other.resolved.revision == member.resolved.revision
        }
        if let index {
            self[index].percent += member.percent
        } else {
            append(member)
        }
    }
}
