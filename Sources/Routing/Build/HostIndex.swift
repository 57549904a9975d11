internal import Bytes

/// Which route serves each host: the shards, and what several routes claim.
///
/// The shards themselves are the memory of who owns a host; only contested hosts are kept aside.
struct HostIndex {
    private(set) var shards: [Block?] = Array(repeating: nil, count: Layout.Root.shardCount)
    /// Hosts that several routes claim, with all their claimants.
    private(set) var contested: [String: [UInt32]] = [:]
    /// Hosts whose owner, or the owner's block, changed in this update, each once.
    private var pending: [Change] = []
    private var pendingPlaces = HashIndex()

    /// The route that serves the host.
    func owner(of host: String) -> UInt32? { owner(of: host, Self.hash(host)) }

    private func owner(of host: String, _ hash: UInt64) -> UInt32? {
        if let place = pendingPlace(of: host, hash) { return pending[place].owner }
        guard let block = shards[HostShard.index(of: hash)] else { return nil }
        let shard = HostShard(block: block.view)
        return shard.find(host.utf8.span, hash: hash).map { shard.owner($0.slot) - 1 }
    }

    private static func hash(_ host: String) -> UInt64 {
        ByteScan.hash(ignoringCase: host.utf8.span)
    }

    private func pendingPlace(of host: String, _ hash: UInt64) -> Int? {
        pendingPlaces.find(Int(truncatingIfNeeded: hash)) {
            pending[$0].hash == hash && pending[$0].host == host
        }
    }

    /// Nil: nobody has it.
    private mutating func setOwner(of host: String, _ hash: UInt64, to owner: UInt32?) {
        if let place = pendingPlace(of: host, hash) {
            pending[place].owner = owner
        } else {
            pending.append(Change(host: host, hash: hash, owner: owner))
            pendingPlaces.insert(pending.count - 1, hash: Int(truncatingIfNeeded: hash))
        }
    }

    /// The route claims the host; `precedes` tells which of two routes goes first.
    mutating func claim(
        _ host: String, for route: UInt32, precedes: (UInt32, UInt32) -> Bool
    ) {
        if !contested.isEmpty, contested[host] != nil {
            contested[host]?.append(route)
            elect(host, precedes: precedes)
            return
        }
        let hash = Self.hash(host)
        if let owner = owner(of: host, hash) {
            contested[host] = [owner, route]
            elect(host, precedes: precedes)
        } else {
            setOwner(of: host, hash, to: route)
        }
    }

    /// The route gives the host up.
    mutating func release(
        _ host: String, by route: UInt32, precedes: (UInt32, UInt32) -> Bool
    ) {
        guard var claimants = contested[host] else {
            setOwner(of: host, Self.hash(host), to: nil)
            return
        }
        claimants.removeAll { $0 == route }
        contested[host] = claimants
        elect(host, precedes: precedes)
        if claimants.count == 1 { contested[host] = nil }
    }

    /// The route's block was replaced.
    mutating func refresh(_ host: String, of route: UInt32) {
        let hash = Self.hash(host)
        if owner(of: host, hash) == route { setOwner(of: host, hash, to: route) }
    }

    /// Decides every contested host again, after the order of routes changed.
    mutating func electAll(precedes: (UInt32, UInt32) -> Bool) {
        for host in contested.keys { elect(host, precedes: precedes) }
    }

    private mutating func elect(_ host: String, precedes: (UInt32, UInt32) -> Bool) {
        contested[host]?.sort(by: precedes)
        let hash = Self.hash(host)
        if let first = contested[host]?.first, owner(of: host, hash) != first {
            setOwner(of: host, hash, to: first)
        }
    }

    /// Ends an update: rebuilds the shards in which something changed.
    mutating func flush(
        _ graveyard: inout Graveyard, _ crew: Crew, block: (UInt32) -> BlockView
    ) {
        var placed: [[Placed]] = Array(repeating: [], count: shards.count)
        for change in pending {
            placed[HostShard.index(of: change.hash)].append(
                Placed(change: change, route: change.owner.map(block)))
        }
        let jobs = placed.indices.filter { !placed[$0].isEmpty }.map { index in
            ShardJob(index: index, old: shards[index]?.view, changes: placed[index])
        }
        let (pending, places) = (pending, pendingPlaces)
        crew.map(jobs) { job in
            job.rebuilt { hash, host in
                places.find(Int(truncatingIfNeeded: hash)) {
                    pending[$0].hash == hash
                        && ByteScan.equal(pending[$0].host.utf8.span, ignoringCase: host)
                } != nil
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
        var owner: UInt32?
    }

    /// A change with the owner's block.
    fileprivate struct Placed: Sendable {
        let change: Change
        let route: BlockView?
    }
}

/// A shard that is to be written again, on any thread.
private struct ShardJob: Sendable {
    let index: Int
    let old: BlockView?
    let changes: [HostIndex.Placed]

    /// What one slot holds.
    private struct Entry {
        let hash: UInt64
        let route: BlockView
        let hostIndex: Int
        let owner: UInt32
    }

    /// The shard with its changes; nil when it has no host left.
    func rebuilt(
        _ isChanged: (_ hash: UInt64, _ host: Span<UInt8>) -> Bool
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
        for placed in changes {
            let change = placed.change
            guard let owner = change.owner, let route = placed.route else { continue }
            guard let position = Self.position(of: change.host, in: route) else {
                preconditionFailure("a host that its route does not have")
            }
            entries.append(
                Entry(hash: change.hash, route: route, hostIndex: position, owner: owner))
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

    private static func position(of host: String, in route: BlockView) -> Int? {
        let text = host.utf8.span
        for index in 0..<Int(route.load32(at: Layout.Route.hostCount)) {
            if ByteScan.equal(HostView(route: route, index: index).text.bytes, ignoringCase: text) {
                return index
            }
        }
        return nil
    }
}
