internal import Routing

/// The destination sets that programs name, each with the programs' interest in it.
struct DestinationTable: Sendable {
    private var entries = KeyedTable<DestinationEntry>()
    /// Sets that may differ since they were asked for last.
    private var touched = Ordered<DestinationKey>()

    /// Sets that are to be asked over TLS while nobody vouches for them.
    private(set) var untrusted: Set<DestinationKey> = []

    /// Sets of Services that no EndpointSlice speaks of.
    private(set) var unsliced: Set<DestinationKey> = []

    /// Names whose addresses are wanted, with the number of sets that want them.
    private(set) var names: [String: Int] = [:]

    /// Every set, in no order.
    var sources: [DestinationSource] {
        var sources: [DestinationSource] = []
        entries.forEach { sources.append($0.source) }
        return sources
    }

    /// Adds to `change` what is new, other or gone since `before`, of what was touched.
    func addChange(since before: DestinationTable, into change: inout TableChange) {
        for key in touched.list {
            let source = source(of: key)
            if source == before.source(of: key) { continue }
            if let source {
                change.destinations.append(source)
            } else {
                change.destinationsRemoved.append(key)
            }
        }
    }

    /// What was touched has been asked for.
    mutating func forgetTouched() { touched = Ordered() }

    func reason(for key: DestinationKey) -> String { entries[key]?.reason ?? "" }

    func addressCount(of key: DestinationKey) -> Int {
        entries[key]?.addresses.count ?? 0
    }

    func topics(of key: DestinationKey) -> TopicMarks? { entries.read(key) { $0.topics } ?? nil }

    /// Counts a program's uses of its sets in; tells which are new and must be found.
    mutating func add(
        _ program: Program, _ keys: [DestinationKey], new: (DestinationKey) -> Void
    ) {
        let kept = program.output.keptKeys
        for key in keys {
            let isKept = !kept.isEmpty && kept.contains(key)
            let known: Void? = entries.change(key) { $0.use(isKept: isKept) }
            if known != nil { continue }
            var entry = DestinationEntry(key: key)
            entry.use(isKept: isKept)
            entries.set(entry)
            touched.insert(key)
            new(key)
        }
    }

    /// Counts a program's uses out.
    ///
    /// Call `dropUnused` when all changes are counted.
    mutating func remove(_ program: Program, _ keys: [DestinationKey]) {
        let kept = program.output.keptKeys
        for key in keys {
            let isKept = !kept.isEmpty && kept.contains(key)
            _ = entries.change(key) { $0.endUse(isKept: isKept) }
        }
    }

    /// Drops the set when nothing uses it any more; says whether it did.
    mutating func dropUnused(_ key: DestinationKey) -> Bool {
        guard let entry = entries[key], entry.useCount == 0 else { return false }
        count(entry.name, -1)
        untrusted.remove(key)
        unsliced.remove(key)
        entries.remove(key)
        touched.insert(key)
        return true
    }

    /// Takes what was found.
    ///
    /// Where nothing loaded speaks of the set any more, a share that is the last good one keeps its
    /// addresses.
    mutating func set(_ found: DestinationCompiler.Found, _ topics: TopicMarks) {
        let key = found.source.key
        let before: (name: String?, isKept: Bool)? = entries.change(key) { entry in
            defer { entry.take(found, topics) }
            return (entry.name, entry.keeps(found))
        }
        guard let before else { return }
        if found.name != before.name {
            count(before.name, -1)
            count(found.name, 1)
        }
        if before.isKept { return }
        unsliced.set(key, to: found.isUnsliced)
        untrusted.set(key, to: found.isUntrusted)
        touched.insert(key)
    }

    /// Says who vouches for upstreams now, nil for nobody.
    ///
    /// What is found anew will say so itself; a share that is the last good one has nothing that
    /// could be found.
    mutating func follow(trust: UInt32?) {
        for key in sources.filter({ $0.tls != nil }).map(\.key) {
            _ = entries.change(key) { $0.tls?.trust = trust ?? 0 }
            touched.insert(key)
            if trust == nil { untrusted.insert(key) } else { untrusted.remove(key) }
        }
    }

    /// The name whose addresses the set has, or would have.
    func name(of key: DestinationKey) -> String? { entries[key]?.name }

    private mutating func count(_ name: String?, _ change: Int) {
        guard let name else { return }
        let sum = names[name, default: 0] + change
        names[name] = sum == 0 ? nil : sum
    }

    /// Whether requests to it end at an upstream, or go on inside.
    func isServed(_ key: DestinationKey) -> Bool {
        source(of: key).map { $0.isInnerHop || !$0.addresses.isEmpty } ?? false
    }

    /// The set as the table takes it in; nil where nothing names it.
    func source(of key: DestinationKey) -> DestinationSource? { entries.read(key) { $0.source } }

    func contains(_ key: DestinationKey) -> Bool { entries.contains(key) }
}

extension Set {
    /// Most sets that are kept so are empty, and stay so.
    fileprivate mutating func set(_ element: Element, to isMember: Bool) {
        if isMember { insert(element) } else if !isEmpty { remove(element) }
    }
}
