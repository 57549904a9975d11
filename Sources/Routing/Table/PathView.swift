internal import Bytes
internal import HTTP

/// One path of a route: a literal prefix with conditions, and the split behind it.
struct PathView {
    let route: BlockView
    let offset: Int

    var flags: PathFlags { PathFlags(rawValue: route.load32(at: offset + Layout.Path.flags)) }

    var split: CountedSplit {
        CountedSplit(route, at: Int(route.load32(at: offset + Layout.Path.split)))
    }

    /// The line of positions of a sticky path.
    var sticky: StickySplit {
        StickySplit(route, at: Int(route.load32(at: offset + Layout.Path.sticky)))
    }

    var access: AccessView {
        AccessView(block: route, offset: Int(route.load32(at: offset + Layout.Path.access)))
    }

    var prefix: BlockView { route.text(at: offset + Layout.Path.prefix) }
    var tag: BlockView { route.text(at: offset + Layout.Path.tag) }

    var conditionCount: Int { Int(route.load32(at: offset + Layout.Path.conditionCount)) }

    func condition(_ index: Int) -> Edit {
        let pair =
            Int(route.load32(at: offset + Layout.Path.conditions)) + index * Layout.Pair.size
        return Edit(
            name: route.text(at: pair + Layout.Pair.name),
            value: route.text(at: pair + Layout.Pair.value))
    }

    var ruleCount: Int { Int(route.load32(at: offset + Layout.Path.ruleCount)) }

    func rule(_ index: Int) -> RuleView {
        precondition(index >= 0 && index < ruleCount)
        let rules = Int(route.load32(at: offset + Layout.Path.rules))
        return RuleView(route: route, offset: rules + index * Layout.Rule.size)
    }

    /// The raw path begins with the prefix, byte for byte, every condition holds, and the client
    /// is in the access list.
    func verdict(
        _ head: borrowing Head, _ bytes: Span<UInt8>, under edits: EditList,
        from address: ClientAddress
    ) -> PathVerdict {
        guard prefix.isPrefix(of: bytes.extracting(head.path.range)) else { return .otherPrefix }
        for index in 0..<conditionCount {
            let condition = condition(index)
            let field = FoundField(condition.name, head, bytes, under: edits)
            // An empty value asks only that the field is there.
            let holds =
                condition.value.isEmpty
                ? field.isPresent
                : field.equals(condition.value, condition.name, head, bytes)
            guard holds else { return .condition(index) }
        }
        if flags.contains(.hasAccessList), !access.holds(address) { return .noAccess }
        return .matches
    }
}
