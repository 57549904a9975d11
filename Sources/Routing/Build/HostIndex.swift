internal import Bytes

/// Which route serves each host: the shards, and what several routes claim.
///
/// The shards themselves are the memory of who owns a host; only contested hosts are kept aside.
struct HostIndex {
    private let seed: HashSeed
    private(set) var shards: [Block?] = Array(repeating: nil, count: Layout.Root.shardCount)
    /// Hosts that several routes claim: all of those, each with the host's place among its own.
    private(set) var contested: [String: [UInt32: UInt32]] = [:]
    /// Those of them that may have another owner than before; decided once, when an update ends.
    private var undecided: Set<String> = []
    /// Hosts whose owner, or the owner's block, changed in this update, each once.
    private var pending: [Change] = []
    private var pendingPlaces = HashIndex()

    /// A route that serves a host, and the host's place among the route's.
    fileprivate struct Owner: Sendable {
        let route: UInt32
        let place: UInt32
    }

    /// Of no route yet; hosts are hashed with that seed.
    init(_ seed: HashSeed) { self.seed = seed }

    private func owner(of host: String, _ hash: UInt64) -> Owner? {
        owner(of: host, hash, pendingPlace(of: host, hash))
    }

    /// `place` is the host's among what is pending.
    private func owner(of host: String, _ hash: UInt64, _ place: Int?) -> Owner? {
        if let place { return pending[place].owner }
        guard let block = shards[HostShard.index(of: hash)] else { return nil }
        let shard = HostShard(block: block.view)
        return shard.find(host.utf8.span, hash: hash).map { found in
            Owner(route: shard.owner(found.slot) - 1, place: UInt32(found.host.index))
        }
    }

    private func hash(_ host: String) -> UInt64 {
        ByteScan.hash(ignoringCase: host.utf8.span, seed)
    }

    private func pendingPlace(of host: String, _ hash: UInt64) -> Int? {
        pendingPlaces.find(Int(truncatingIfNeeded: hash)) {
            pending[$0].hash == hash && pending[$0].host == host
        }
    }

    /// Nil: nobody has it.
    private mutating func setOwner(of host: String, _ hash: UInt64, to owner: Owner?) {
        setOwner(of: host, hash, pendingPlace(of: host, hash), to: owner)
    }

    private mutating func setOwner(
        of host: String, _ hash: UInt64, _ place: Int?, to owner: Owner?
    ) {
        if let place {
            pending[place].owner = owner
        } else {
            pending.append(Change(host: host, hash: hash, owner: owner))
            pendingPlaces.insert(pending.count - 1, hash: Int(truncatingIfNeeded: hash))
        }
    }

    /// The route claims the host, which has that place among its hosts.
    mutating func claim(_ host: String, at place: Int, for route: UInt32) {
        let claimant = Owner(route: route, place: UInt32(place))
        if isContested(host) {
            contested[host]?[route] = claimant.place
            undecided.insert(host)
            return
        }
        let hash = hash(host)
        let known = pendingPlace(of: host, hash)
        if let owner = owner(of: host, hash, known) {
            contested[host] = [owner.route: owner.place, route: claimant.place]
            undecided.insert(host)
        } else {
            setOwner(of: host, hash, known, to: claimant)
        }
    }

    /// The route gives the host up.
    mutating func release(_ host: String, by route: UInt32) {
        let hash = hash(host)
        // Nobody has it until this update ends: the number may be another route's by then.
        if owner(of: host, hash)?.route == route { setOwner(of: host, hash, to: nil) }
        guard isContested(host) else { return }
        contested[host]?[route] = nil
        undecided.insert(host)
    }

    /// The route's block was replaced; the host has that place in the new one.
    mutating func refresh(_ host: String, at place: Int, of route: UInt32) {
        if isContested(host) { contested[host]?[route] = UInt32(place) }
        let hash = hash(host)
        if owner(of: host, hash)?.route == route {
            setOwner(of: host, hash, to: Owner(route: route, place: UInt32(place)))
        }
    }

    private func isContested(_ host: String) -> Bool {
        !contested.isEmpty && contested[host] != nil
    }

    /// Decides who has the hosts whose claimants changed, or all that are contested where the order
    /// of routes did; `precedes` tells which of two routes goes first.
    mutating func elect(isReordered: Bool, precedes: (UInt32, UInt32) -> Bool) {
        for host in isReordered ? Set(contested.keys) : undecided {
            let hash = hash(host)
            let claimants = contested[host] ?? [:]
            let first = claimants.min { precedes($0.key, $1.key) }
            if claimants.count < 2 { contested[host] = nil }
            guard let first, owner(of: host, hash)?.route != first.key else { continue }
            setOwner(of: host, hash, to: Owner(route: first.key, place: first.value))
        }
        undecided = []
    }

    /// Ends an update: rebuilds the shards in which something changed.
    mutating func flush(
        _ graveyard: inout Graveyard, _ crew: Crew, block: (UInt32) -> BlockView
    ) {
        let changes = Changes(pending, block)
        let jobs = shards.indices.compactMap { index in
            changes.places(of: index).isEmpty
                ? nil : ShardJob(index: index, old: shards[index]?.view)
        }
        let places = pendingPlaces
        crew.map(jobs) { job in
            job.rebuilt(changes) { hash, host in
                places.find(Int(truncatingIfNeeded: hash)) { changes.isOf(hash, host, at: $0) }
                    != nil
            }
        } taking: { job, written in
            graveyard.bury(shards[job.index])
            shards[job.index] = written.map { $0.seal(countedBy: graveyard.ledger) }
        }
        self.pending = []
        pendingPlaces = HashIndex()
    }

    // MARK: Shards

    fileprivate struct Change: Sendable {
        let host: String
        let hash: UInt64
        var owner: Owner?
    }

    /// Changes by their shards, with their owners' blocks.
    fileprivate struct Changes: Sendable {
        let all: [Change]
        /// Of each; empty where nobody has the host.
        let routes: [BlockView]
        /// Those of one shard after the other, and where each shard's begin.
        private let order: [UInt32]
        private let starts: [Int]

        init(_ all: [Change], _ block: (UInt32) -> BlockView) {
            self.all = all
            var routes: [BlockView] = []
            routes.reserveCapacity(all.count)
            var starts = [Int](repeating: 0, count: Layout.Root.shardCount + 1)
            let span = all.span
            for place in span.indices {
                routes.append(span[place].owner.map { block($0.route) } ?? .empty)
                starts[HostShard.index(of: span[place].hash) + 1] += 1
            }
            for shard in 0..<Layout.Root.shardCount { starts[shard + 1] += starts[shard] }
            var next = starts
            var order = [UInt32](repeating: 0, count: all.count)
            for place in span.indices {
                let shard = HostShard.index(of: span[place].hash)
                order[next[shard]] = UInt32(place)
                next[shard] += 1
            }
            (self.routes, self.order, self.starts) = (routes, order, starts)
        }

        func places(of shard: Int) -> ArraySlice<UInt32> {
            order[starts[shard]..<starts[shard + 1]]
        }

        func isOf(_ hash: UInt64, _ host: Span<UInt8>, at place: Int) -> Bool {
            let span = all.span
            return span[place].hash == hash
                && ByteScan.equal(span[place].host.utf8.span, ignoringCase: host)
        }
    }
}

/// A shard that is to be written again, on any thread.
private struct ShardJob: Sendable {
    let index: Int
    let old: BlockView?

    /// What one slot holds.
    private struct Entry {
        let hash: UInt64
        let route: BlockView
        let hostIndex: Int
        let owner: UInt32
    }

    /// The shard with its changes; nil when it has no host left.
    func rebuilt(
        _ changes: HostIndex.Changes, _ isChanged: (_ hash: UInt64, _ host: Span<UInt8>) -> Bool
    ) -> BlockWriter? {
        var entries: [Entry] = []
        if let old {
            let shard = HostShard(block: old)
            entries.reserveCapacity(shard.slotCount)
            for number in 0..<shard.slotCount {
                let slot = Layout.Shard.slots + number * Layout.Shard.slotSize
                guard shard.owner(slot) != 0 else { continue }
                let hash = shard.hash(slot)
                let host = shard.host(slot)
                if isChanged(hash, host.text.bytes) { continue }
                entries.append(
                    Entry(
                        hash: hash, route: host.route, hostIndex: host.index,
                        owner: shard.owner(slot) - 1))
            }
        }
        let all = changes.all.span
        let places = changes.places(of: index)
        entries.reserveCapacity(entries.count + places.count)
        for place in places {
            let place = Int(place)
            guard let owner = all[place].owner else { continue }
            let host = HostView(route: changes.routes[place], index: Int(owner.place))
            precondition(
                ByteScan.equal(host.text.bytes, ignoringCase: all[place].host.utf8.span),
                "a host that its route does not have")
            entries.append(
                Entry(
                    hash: all[place].hash, route: host.route, hostIndex: host.index,
                    owner: owner.route))
        }
        return entries.isEmpty ? nil : Self.written(entries)
    }

    /// Open addressing, at most two thirds full.
    private static func written(_ entries: [Entry]) -> BlockWriter {
        let slots = (entries.count * 3 + 1) / 2 + 1
        var writer = BlockWriter(
            reserving: Layout.Shard.slots + slots * Layout.Shard.slotSize)
        writer.appendZeros(Layout.Shard.slots + slots * Layout.Shard.slotSize)
        writer.set(UInt32(slots), at: Layout.Shard.slotCount)
        for entry in entries {
            var number = HostShard.place(of: entry.hash, among: slots)
            var slot = Layout.Shard.slots + number * Layout.Shard.slotSize
            while writer.load32(at: slot + Layout.Shard.owner) != 0 {
                number = number + 1 == slots ? 0 : number + 1
                slot = Layout.Shard.slots + number * Layout.Shard.slotSize
            }
            writer.set(entry.hash, at: slot + Layout.Shard.hash)
            writer.set(link: entry.route, at: slot + Layout.Shard.route)
            writer.set(UInt32(entry.hostIndex), at: slot + Layout.Shard.hostIndex)
            writer.set(entry.owner + 1, at: slot + Layout.Shard.owner)
        }
        return writer
    }
}
