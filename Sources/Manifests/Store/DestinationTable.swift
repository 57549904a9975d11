import Routing

/// The destination sets that programs name, each with the programs' interest in it.
struct DestinationTable: Sendable {
    private var entries = ShardedTable<DestinationKey, Entry>()
    /// Sets that may differ since they were asked for last.
    private var touched: Set<DestinationKey> = []

    fileprivate struct Entry: Sendable {
        var protocolToUpstream = UpstreamProtocol.http1
        var isInnerHop = false
        var useCount: UInt32 = 0
        /// Uses by shares that are the last good ones.
        var keptCount: UInt32 = 0
        var addresses: [AddressSource] = []
        var tls: UpstreamTLS?
        /// Nil where there is nothing to say.
        var said: Said?
        /// What it was found by; nil until it is.
        var topics: TopicMarks?
    }

    /// What only sets without addresses, or with a name's, have.
    fileprivate final class Said: Sendable {
        /// Why there are no addresses; empty when there are.
        let reason: String
        /// Whose addresses the set has, or would have.
        let name: String?

        init(reason: String, name: String?) {
            self.reason = reason
            self.name = name
        }
    }

    /// Sets that are to be asked over TLS while nobody vouches for them.
    private(set) var untrusted: Set<DestinationKey> = []

    /// Sets of Services that no EndpointSlice speaks of.
    private(set) var unsliced: Set<DestinationKey> = []

    /// Names whose addresses are wanted, with the number of sets that want them.
    private(set) var names: [String: Int] = [:]

    /// Every set, in no order.
    var sources: [DestinationSource] {
        var sources: [DestinationSource] = []
        entries.forEach { sources.append($1.source($0)) }
        return sources
    }

    /// Adds to `change` what is new, other or gone since `before`, and forgets what was touched.
    mutating func takeChange(since before: DestinationTable, into change: inout TableChange) {
        for key in touched {
            let source = source(of: key)
            if source == before.source(of: key) { continue }
            if let source {
                change.destinations.append(source)
            } else {
                change.destinationsRemoved.append(key)
            }
        }
        touched = []
    }

    func reason(for key: DestinationKey) -> String { entries[key]?.said?.reason ?? "" }

    func addressCount(of key: DestinationKey) -> Int {
        entries[key]?.addresses.count ?? 0
    }

    func topics(of key: DestinationKey) -> TopicMarks? { entries[key]?.topics }

    /// Counts a program's uses of its sets in; says which are new and must be found.
    mutating func add(_ program: Program, _ keys: Set<DestinationKey>) -> Set<DestinationKey> {
        var new: Set<DestinationKey> = []
        let kept = program.output.keptKeys
        for key in keys {
            let isKept = !kept.isEmpty && kept.contains(key)
            if entries[key, default: Entry()].use(isKept: isKept) {
                touched.insert(key)
                new.insert(key)
            }
        }
        return new
    }

    /// Counts a program's uses out.
    ///
    /// Call `dropUnused` when all changes are counted.
    mutating func remove(_ program: Program, _ keys: Set<DestinationKey>) {
        for key in keys {
            entries[key]?.useCount -= 1
            if program.output.keptKeys.contains(key) { entries[key]?.keptCount -= 1 }
        }
    }

    /// Drops the set when nothing uses it any more; says whether it did.
    mutating func dropUnused(_ key: DestinationKey) -> Bool {
        guard entries[key]?.useCount == 0 else { return false }
        setName(nil, of: key)
        untrusted.remove(key)
        unsliced.remove(key)
        entries[key] = nil
        touched.insert(key)
        return true
    }

    /// Takes what was found.
    ///
    /// Where nothing loaded speaks of the set any more, a share that is the last good one keeps its
    /// addresses.
    mutating func set(_ found: DestinationCompiler.Found, _ topics: TopicMarks) {
        let key = found.source.key
        guard var entry = entries[key] else { return }
        entry.topics = topics
        if found.name != entry.said?.name {
            entries[key]?.topics = topics
            setName(found.name, of: key)
            entry.said = entries[key]?.said
        }
        defer { entries[key] = entry }
        if !found.isKnown, entry.keptCount > 0, !entry.addresses.isEmpty { return }
        unsliced.set(key, to: found.isUnsliced)
        untrusted.set(key, to: found.isUntrusted)
        entry.take(found)
        touched.insert(key)
    }

    /// Says who vouches for upstreams now, nil for nobody.
    ///
    /// What is found anew will say so itself; a share that is the last good one has nothing that
    /// could be found.
    mutating func follow(trust: UInt32?) {
        for key in sources.filter({ $0.tls != nil }).map(\.key) {
            entries[key]?.tls?.trust = trust ?? 0
            touched.insert(key)
            if trust == nil { untrusted.insert(key) } else { untrusted.remove(key) }
        }
    }

    /// The name whose addresses the set has, or would have.
    func name(of key: DestinationKey) -> String? { entries[key]?.said?.name }

    private mutating func setName(_ name: String?, of key: DestinationKey) {
        let said = entries[key]?.said
        if said?.name == name { return }
        if let old = said?.name {
            names[old] = names[old].flatMap { $0 == 1 ? nil : $0 - 1 }
        }
        if let name { names[name, default: 0] += 1 }
        entries[key]?.said = Said(reason: said?.reason ?? "", name: name)
    }

    /// Whether requests to it end at an upstream, or go on inside.
    func isServed(_ key: DestinationKey) -> Bool {
        source(of: key).map { $0.isInnerHop || !$0.addresses.isEmpty } ?? false
    }

    /// The set as the table takes it in; nil where nothing names it.
    func source(of key: DestinationKey) -> DestinationSource? {
        entries[key]?.source(key)
    }

    func contains(_ key: DestinationKey) -> Bool { entries[key] != nil }
}

extension Set {
    /// Most sets that are kept so are empty, and stay so.
    fileprivate mutating func set(_ element: Element, to isMember: Bool) {
        if isMember { insert(element) } else if !isEmpty { remove(element) }
    }
}

extension DestinationTable.Entry {
    /// Counts a use in; says whether it is the first.
    fileprivate mutating func use(isKept: Bool) -> Bool {
        useCount += 1
        if isKept { keptCount += 1 }
        return useCount == 1 && topics == nil
    }

    fileprivate func source(_ key: DestinationKey) -> DestinationSource {
        DestinationSource(
            key: key, protocolToUpstream: protocolToUpstream, tls: tls, addresses: addresses,
            isInnerHop: isInnerHop)
    }

    /// The name stays.
    fileprivate mutating func take(_ found: DestinationCompiler.Found) {
        protocolToUpstream = found.source.protocolToUpstream
        isInnerHop = found.source.isInnerHop
        addresses = found.source.addresses
        tls = found.source.tls
        let name = said?.name
        said =
            found.reason.isEmpty && name == nil
            ? nil : DestinationTable.Said(reason: found.reason, name: name)
    }
}
