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
    private(set) var groups: [(tag: String, members: [Member])]

    init(_ traffic: [TrafficTarget], _ resolved: [TargetName: ResolvedTarget]) {
        var members: [String: [Member]] = ["": []]
        for target in traffic {
            let name = TargetName(target)
            guard let resolution = resolved[name] else { continue }
            let member = Member(
                percent: target.percent ?? 0, resolved: resolution,
                floating: target.revisionName.isEmpty ? target.configurationName : nil,
                target: name)
            members[""]?.merge(member)
            if !target.tag.isEmpty { members[target.tag, default: []].merge(member) }
        }
        groups = members.sorted { $0.key < $1.key }.map { tag, members in
            var members = members
            if members.count == 1 { members[0].percent = 100 }
            return (tag, members)
        }
    }

    var tags: [String] { groups.map(\.tag).filter { !$0.isEmpty } }
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
