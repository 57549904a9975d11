internal import Bytes
internal import HTTP

/// One rule of `weir.dev/rules`: conditions, and the split of its target.
struct RuleView {
    let route: BlockView
    let offset: Int

    var tag: BlockView { route.text(at: offset + Layout.Rule.tag) }

    var split: CountedSplit {
        CountedSplit(route, at: Int(route.load32(at: offset + Layout.Rule.split)))
    }

    /// The target's access list; nil lets everybody.
    var access: AccessView? {
        let access = Int(route.load32(at: offset + Layout.Rule.access))
        return access == 0 ? nil : AccessView(block: route, offset: access)
    }

    var conditionCount: Int { Int(route.load32(at: offset + Layout.Rule.conditionCount)) }

    func condition(_ index: Int) -> RuleConditionView {
        precondition(index >= 0 && index < conditionCount)
        let conditions = Int(route.load32(at: offset + Layout.Rule.conditions))
        return RuleConditionView(
            route: route, offset: conditions + index * Layout.RuleCondition.size)
    }

    /// Every condition holds, and the client is in the access list, which is cheaper to ask.
    func verdict(
        _ head: borrowing Head, _ bytes: Span<UInt8>, under edits: EditList,
        from address: ClientAddress, _ regex: inout RegexMatcher
    ) -> PathVerdict {
        if let access, !access.holds(address) { return .noAccess }
        for index in 0..<conditionCount {
            switch condition(index).outcome(head, bytes, under: edits, &regex) {
            case .match: continue
            case .noMatch: return .condition(index)
            case .failed(let failure): return .gaveUp(index, failure)
            }
        }
        return .matches
    }
}
