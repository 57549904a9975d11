internal import Bytes

/// Writes a route's block: texts once each, equal paths once, path lists once per set of rules.
struct RouteCompiler {
    private struct PathKey: Hashable, Sendable {
        let path: PathSource
        let redirects: Bool
    }

    private struct ListKey: Hashable, Sendable {
        let rules: [Int]
        let listener: ListenerKind
    }

    private let job: BlockJob
    private let source: RouteSource
    private let plan: RoutePlan

    /// Most routes need less.
    private var writer = BlockWriter(reserving: HeapMemory.quickMax)
    private var texts = TextList()
    private var textOffsets: [Int] = []
    private var paths = Offsets<PathKey>()
    private var lists = Offsets<ListKey>()
    private var editLists = Offsets<[FieldEdit]>()
    /// The paths that were written last: a Route's rules nearly always share theirs.
    private var known = KnownPaths()

    private struct KnownPaths {
        var paths: [PathSource] = []
        var redirects = false
        var entries: [(length: Int, offset: Int)] = []
    }

    init(_ job: BlockJob) {
        source = job.route.source
        plan = job.route.plan
        self.job = job
    }

    /// The route's block; the hosts are in the plan's order.
    consuming func compile() -> BlockWriter {
        writer.appendZeros(Layout.Route.size)
        setText(source.namespace, at: Layout.Route.namespace)
        setText(source.name, at: Layout.Route.name)
        setText(source.hash, at: Layout.Route.hash)
        writer.set(UInt32(source.exposesRevision ? 1 : 0), at: Layout.Route.exposesRevision)
        let hosts = writer.appendZeros(plan.hosts.count * Layout.Host.size)
        writer.set(UInt32(plan.hosts.count), at: Layout.Route.hostCount)
        writer.set(UInt32(hosts), at: Layout.Route.hosts)
        var before: [Int] = []
        var lists: (external: UInt32, internal: UInt32) = (0, 0)
        for (index, host) in plan.hosts.enumerated() {
            let offset = hosts + index * Layout.Host.size
            setText(host.name, at: offset + Layout.Host.text)
            if host.rules != before {
                lists = (list(host.rules, .external), list(host.rules, .internal))
                before = host.rules
            }
            writer.set(lists.external, at: offset + Layout.Host.external)
            writer.set(lists.internal, at: offset + Layout.Host.internal)
        }
        return writer
    }

    // MARK: Parts

    /// The paths of those rules that the listener sees: longest prefix first, then as given.
    private mutating func list(_ rules: [Int], _ listener: ListenerKind) -> UInt32 {
        let seen = rules.filter { listener == .internal || source.rules[$0].isExternal }
        let key = ListKey(rules: seen, listener: listener)
        if let offset = lists[key] { return UInt32(offset) }
        var entries: [(length: Int, offset: Int)] = []
        for rule in seen {
            entries += written(
                source.rules[rule].paths, redirects: source.rules[rule].redirectsToHTTPS)
        }
        guard !entries.isEmpty else { return 0 }
        // `sort` is stable in practice but does not promise it: the position decides.
        let order =
            entries.count == 1
            ? entries
            : entries.indices.sorted {
                (entries[$1].length, $0) < (entries[$0].length, $1)
            }.map { entries[$0] }
        let offset = writer.count
        writer.append(UInt32(order.count))
        for entry in order { writer.append(UInt32(entry.offset)) }
        lists[key] = offset
        return UInt32(offset)
    }

    private mutating func written(
        _ paths: [PathSource], redirects: Bool
    ) -> [(length: Int, offset: Int)] {
        if known.redirects == redirects, known.paths.span.isIdentical(to: paths.span) {
            return known.entries
        }
        let entries = paths.map { path in
            (length: path.prefix.utf8.count, offset: self.path(path, redirects: redirects))
        }
        known = KnownPaths(paths: paths, redirects: redirects, entries: entries)
        return entries
    }

    private mutating func path(_ path: PathSource, redirects: Bool) -> Int {
        let key = PathKey(path: path, redirects: redirects)
        if let offset = paths[key] { return offset }
        writer.align(to: 8)
        let offset = writer.appendZeros(Layout.Path.size)
        paths[key] = offset
        setText(path.prefix, at: offset + Layout.Path.prefix)
        setText(path.rewriteHost ?? "", at: offset + Layout.Path.rewriteHost)
        setText(path.tag, at: offset + Layout.Path.tag)
        let conditions = pairs(path.conditions.count) {
            (path.conditions[$0].name, path.conditions[$0].value)
        }
        writer.set(UInt32(conditions), at: offset + Layout.Path.conditions)
        writer.set(UInt32(path.conditions.count), at: offset + Layout.Path.conditionCount)
        let split = split(SplitKey(path), path.splits, path.tag, path.edits)
        writer.set(UInt32(split), at: offset + Layout.Path.split)
        writer.set(UInt32(access(path.access)), at: offset + Layout.Path.access)
        writer.set(UInt32(rules(of: path)), at: offset + Layout.Path.rules)
        writer.set(UInt32(path.trafficRules.count), at: offset + Layout.Path.ruleCount)
        writer.set(UInt32(sticky(path)), at: offset + Layout.Path.sticky)
        var flags: PathFlags = redirects ? .redirects : []
        if path.access != nil { flags.insert(.hasAccessList) }
        if !path.trafficRules.isEmpty { flags.insert(.hasRules) }
        if path.sticky != nil { flags.insert(.isSticky) }
        if !path.conditions.isEmpty { flags.insert(.hasConditions) }
        if !path.tag.isEmpty { flags.insert(.hasTag) }
        writer.set(flags.rawValue, at: offset + Layout.Path.flags)
        return offset
    }

    private mutating func split(
        _ key: SplitKey, _ splits: [SplitSource], _ tag: String, _ common: [FieldEdit]
    ) -> Int {
        let weights = Self.reduced(splits.map(\.share))
        let allSeries = job.identities.series
        guard let cells = plan.cells(of: key, among: job.identities.draws),
            cells.count == weights.count
        else { preconditionFailure("a split without its draw cells") }
        writer.align(to: 8)
        let size = Layout.Split.shares + weights.count * Layout.Share.size
        let offset = writer.appendZeros(size)
        writer.set(UInt32(weights.count), at: offset + Layout.Split.shareCount)
        writer.set(weights.reduce(0, +), at: offset + Layout.Split.total)
        for (index, share) in splits.enumerated() {
            let place = offset + Layout.Split.shares + index * Layout.Share.size
            writer.set(weights[index], at: place + Layout.Share.weight)
            guard let set = plan.place(of: share.destinations),
                let series = plan.place(of: source.seriesKey(tag, share))
            else { preconditionFailure("a share without its identities") }
            writer.set(job.sets[set].index, at: place + Layout.Share.destinationSet)
            writer.set(cells[cells.startIndex + index], at: place + Layout.Share.draws)
            writer.set(allSeries[allSeries.startIndex + series], at: place + Layout.Share.series)
            setText(share.revision, at: place + Layout.Share.revision)
            let merged = Self.merged(share.edits, common)
            writer.set(UInt32(edits(merged)), at: place + Layout.Share.edits)
            writer.set(UInt32(merged.count), at: place + Layout.Share.editCount)
        }
        return offset
    }

    // MARK: What few paths have

    /// The path's rules, one record after the other; 0 when there is none.
    private mutating func rules(of path: PathSource) -> Int {
        if path.trafficRules.isEmpty { return 0 }
        writer.align(to: 8)
        let offset = writer.appendZeros(path.trafficRules.count * Layout.Rule.size)
        for (index, rule) in path.trafficRules.enumerated() {
            let place = offset + index * Layout.Rule.size
            setText(rule.tag, at: place + Layout.Rule.tag)
            let split = split(SplitKey(rule, of: path), rule.splits, rule.tag, rule.edits)
            writer.set(UInt32(split), at: place + Layout.Rule.split)
            writer.set(UInt32(access(rule.access)), at: place + Layout.Rule.access)
            writer.align(to: 8)
            let conditions = writer.appendZeros(
                rule.conditions.count * Layout.RuleCondition.size)
            writer.set(UInt32(conditions), at: place + Layout.Rule.conditions)
            writer.set(UInt32(rule.conditions.count), at: place + Layout.Rule.conditionCount)
            for (index, condition) in rule.conditions.enumerated() {
                set(condition, at: conditions + index * Layout.RuleCondition.size)
            }
        }
        return offset
    }

    private mutating func set(_ condition: RuleCondition, at place: Int) {
        let subject: RuleConditionView.Subject =
            switch condition.subject {
            case .path: .path
            case .header: .header
            case .query: .query
            case .cookie: .cookie
            case .method: .method
            }
        writer.set(subject.rawValue, at: place + Layout.RuleCondition.subject)
        setText(condition.name, at: place + Layout.RuleCondition.name)
        let test: RuleConditionView.Test
        switch condition.test {
        case .exact(let text):
            test = .exact
            setText(text, at: place + Layout.RuleCondition.value)
        case .regex(let text):
            test = .regex
            setText(text, at: place + Layout.RuleCondition.value)
            guard let pattern = job.patterns[Array(text.utf8)] else {
                preconditionFailure("a pattern that was not prepared")
            }
            RegexReference.write(
                pattern, to: &writer, at: place + Layout.RuleCondition.pattern)
        case .present:
            test = .present
        case .oneOf(let texts):
            test = .oneOf
            let options = writer.appendZeros(texts.count * 8)
            for (index, text) in texts.enumerated() { setText(text, at: options + index * 8) }
            writer.set(UInt32(options), at: place + Layout.RuleCondition.value)
            writer.set(UInt32(texts.count), at: place + Layout.RuleCondition.value + 4)
        }
        writer.set(test.rawValue, at: place + Layout.RuleCondition.test)
    }

    /// An access list; 0 when everybody may.
    private mutating func access(_ networks: [NetworkSource]?) -> Int {
        guard let networks else { return 0 }
        writer.align(to: 8)
        let offset = writer.appendZeros(
            Layout.Access.networks + networks.count * Layout.Network.size)
        writer.set(UInt32(networks.count), at: offset + Layout.Access.count)
        for (index, network) in networks.enumerated() {
            let place = offset + Layout.Access.networks + index * Layout.Network.size
            let (address, prefix) = network.plain
            writer.set(address.high, at: place + Layout.Network.high)
            writer.set(address.low, at: place + Layout.Network.low)
            writer.set(UInt32(prefix), at: place + Layout.Network.prefix)
            writer.set(UInt32(address.isIPv6 ? 1 : 0), at: place + Layout.Network.isIPv6)
        }
        return offset
    }

    /// The line of positions; 0 when the path is not sticky.
    private mutating func sticky(_ path: PathSource) -> Int {
        guard let source = path.sticky else { return 0 }
        let ends = source.ends(weights: Self.reduced(path.splits.map(\.share)))
        writer.align(to: 8)
        let offset = writer.appendZeros(
            Layout.Sticky.intervals + ends.count * Layout.Sticky.intervalSize)
        let kind: StickySplit.Kind =
            switch source.key {
            case .cookie: .cookie
            case .header: .header
            case .address: .address
            }
        writer.set(kind.rawValue, at: offset + Layout.Sticky.kind)
        writer.set(UInt32(ends.count), at: offset + Layout.Sticky.count)
        writer.set(StickyHash(salt: source.salt.utf8.span).state, at: offset + Layout.Sticky.seed)
        setText(source.name, at: offset + Layout.Sticky.name)
        setText(source.salt, at: offset + Layout.Sticky.salt)
        for (index, end) in ends.enumerated() {
            let place = offset + Layout.Sticky.intervals + index * Layout.Sticky.intervalSize
            writer.set(end, at: place + Layout.Sticky.end)
            writer.set(UInt32(source.order[index]), at: place + Layout.Sticky.share)
        }
        return offset
    }

    // MARK: Texts and lists

    private mutating func edits(_ edits: [FieldEdit]) -> Int {
        if let offset = editLists[edits] { return offset }
        let offset = pairs(edits.count) { (edits[$0].name, edits[$0].value) }
        editLists[edits] = offset
        return offset
    }

    private mutating func pairs(
        _ count: Int, _ pair: (Int) -> (name: String, value: String)
    ) -> Int {
        writer.align(to: 8)
        let offset = writer.appendZeros(count * Layout.Pair.size)
        for index in 0..<count {
            let (name, value) = pair(index)
            setText(name, at: offset + index * Layout.Pair.size + Layout.Pair.name)
            setText(value, at: offset + index * Layout.Pair.size + Layout.Pair.value)
        }
        return offset
    }

    private mutating func setText(_ text: String, at offset: Int) {
        let place = texts.place(of: text) ?? textOffsets.count
        if place == textOffsets.count {
            textOffsets.append(writer.count)
            texts.append(text)
            writer.append(bytes: text.utf8.span)
        }
        writer.set(textAt: textOffsets[place], count: text.utf8.count, at: offset)
    }

    // MARK: Values

    /// Weights without their common divisor; a share that is alone has all, whatever it says.
    static func reduced(_ shares: [UInt32]) -> [UInt32] {
        if shares.count == 1 { return [1] }
        var divisor: UInt32 = 0
        for share in shares {
            var rest = share
            while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        }
        return divisor == 0 ? shares : shares.map { $0 / divisor }
    }

    /// One edit per name: the path's are applied after the split's, so they win (Knative §2.5).
    static func merged(_ split: [FieldEdit], _ path: [FieldEdit]) -> [FieldEdit] {
        var merged: [FieldEdit] = []
        merged.reserveCapacity(split.count + path.count)
        for edit in split + path {
            let place = merged.firstIndex {
                ByteScan.equal($0.name.utf8.span, ignoringCase: edit.name.utf8.span)
            }
            if let place { merged[place] = edit } else { merged.append(edit) }
        }
        return merged
    }
}

/// Where in the block each thing was written that may be asked for again.
private struct Offsets<Key: Hashable & Sendable> {
    private var keys = Distinct<Key>()
    private var offsets: [Int] = []

    subscript(key: Key) -> Int? {
        get { keys.place(of: key).map { offsets[$0] } }
        set {
            guard let newValue, keys.insert(key).isNew else { return }
            offsets.append(newValue)
        }
    }
}
