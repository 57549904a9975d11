package import Bytes

/// Compiles sources into snapshots, and rebuilds only the blocks of what changed.
///
/// For one owner in the control plane. It holds every block that a snapshot of it can reach: it
/// must outlive the workers, and `reclaim` must be told the truth.
package final class TableBuilder {
    private struct Route {
        var packed: PackedRoute
        var rank: Rank
        /// Nil while it is being written.
        var block: Block?
        var identities: RouteIdentities
    }

    private let ledger = BlockLedger()
    private var graveyard: Graveyard
    /// Routes by their number; numbers of removed routes are used again.
    private var routes: [Route?] = []
    private var numbers = HashIndex()
    private var freeNumbers: [UInt32] = []
    private let hashSeed: HashSeed
    private var hosts: HostIndex
    private var destinations: DestinationIndex
    private var series: Registry<SeriesKey>
    private var draws = IdentityPool(limit: TableLimits.drawsMax)
    private var patterns: PatternStore
    private var root: Block?
    /// What is beyond a limit, with the reason: there may be room for it later.
    private var refusedRoutes: [String: (reason: String, route: RankedRoute)] = [:]
    private var refusedSets: [DestinationKey: (reason: String, source: DestinationSource)] = [:]
    /// The room when those were tried last.
    private var roomSeen = 0
    /// What the newest snapshot's identities stand for; a copy costs next to nothing.
    package private(set) var catalog = Catalog()

    /// Why a route is refused that would find room in a smaller table.
    private static let full = "the table is full"

    private let crew: Crew
    /// Blocks that are to be written before this batch of routes ends.
    private var unwritten: [BlockJob] = []

    /// Hashes hosts with that seed; takes up to `patternsMax` patterns, of all routes together, and
    /// keeps the latest `keptSeries` whose revisions have left, and `keptDestinations` whose sets have.
    package init(
        hashSeed: HashSeed, patternsMax: Int = TableLimits.patternsMax, keptSeries: Int = 0,
        keptDestinations: Int = 0, crew: Crew = .alone
    ) {
        series = Registry(limit: TableLimits.seriesMax, keptMax: keptSeries)
        destinations = DestinationIndex(keptMax: keptDestinations)
        self.crew = crew
        self.hashSeed = hashSeed
        hosts = HostIndex(hashSeed)
        graveyard = Graveyard(ledger: ledger)
        patterns = PatternStore(limit: patternsMax)
    }

    // MARK: Reports

    /// Hosts claimed by several routes, by host, then in the order of the losers.
    package var conflicts: [HostConflict] {
        hosts.contested.sorted { $0.key < $1.key }.flatMap { host, claimants in
            let claimants = claimants.keys.sorted(by: precedes)
            return claimants.dropFirst().map {
                HostConflict(host: host, winner: key(claimants[0]), loser: key($0))
            }
        }
    }

    /// What is not in the table because it is beyond a limit, by key.
    package var refusals: [Refusal] {
        refusedRoutes.sorted { $0.key < $1.key }
            .map { Refusal(key: $0.key, reason: $0.value.reason) }
            + refusedSets.map {
                Refusal(
                    key: "\($0.key.namespace)/\($0.key.service):\($0.key.port)",
                    reason: $0.value.reason)
            }.sorted { $0.key < $1.key }
    }

    /// Routes that were compiled into blocks since the beginning.
    package private(set) var compiledCount: UInt64 = 0
    /// Routes in the newest snapshot.
    package var routeCount: Int { routes.count - freeNumbers.count }
    /// Blocks in memory, also those that wait to be reclaimed.
    package var blockCount: Int { ledger.blocks }
    /// Their bytes: what the workers read of the table, but for compiled patterns.
    package var byteCount: Int { ledger.bytes }
    /// Patterns that the newest snapshot uses, each text once.
    package var patternCount: Int { patterns.count }

    // MARK: Updates

    /// Compiles the whole: routes in their order of priority, each key once (the first counts).
    ///
    /// Compares with the last call, so that equal sources keep their blocks and identities.
    package func update(routes: [RouteSource], destinations: [DestinationSource]) -> Snapshot {
        var seen: Set<String> = []
        var seenSets: Set<DestinationKey> = []
        var change = TableChange()
        for (position, source) in routes.enumerated() where seen.insert(source.key).inserted {
            change.routes.append(RankedRoute(source, at: position))
        }
        change.destinations = destinations.filter { seenSets.insert($0.key).inserted }
        change.routesRemoved =
            self.routes.compactMap { $0?.packed.key }.filter { !seen.contains($0) }
            + refusedRoutes.keys.filter { !seen.contains($0) }
        change.destinationsRemoved =
            self.destinations.keys.filter { !seenSets.contains($0) }
            + refusedSets.keys.filter { !seenSets.contains($0) }
        return update(change)
    }

    /// Compiles what changed; of what did not, only the root is written anew, one link for each
    /// shard and each page.
    ///
    /// A changed route that equals its last form costs a comparison.
    package func update(_ change: TableChange) -> Snapshot {
        let mayFit = hasRoomForRefused
        graveyard.version += 1
        for key in change.destinationsRemoved {
            refusedSets[key] = nil
            destinations.remove(key, &graveyard)
        }
        for key in change.routesRemoved {
            refusedRoutes[key] = nil
            if let number = number(of: key) { remove(number) }
        }
        take(change.destinations)
        take(change.routes)
        if mayFit { takeRefused() }
        roomSeen = room
        return commit()
    }

    /// Whether something was refused for want of room and there is more of it since: another
    /// update, even of nothing, may take it in.
    ///
    /// Room comes back when a version is reclaimed.
    package var hasRoomForRefused: Bool {
        room > roomSeen
            && (refusedSets.values.contains { Self.isForRoom($0.reason) }
                || refusedRoutes.values.contains { Self.isForRoom($0.reason) })
    }

    /// What there is room for, of all kinds together.
    private var room: Int {
        series.available + draws.available + destinations.available + patterns.available
    }

    private static func isForRoom(_ reason: String) -> Bool {
        reason == full || reason == PatternStore.full || reason == DestinationIndex.full
    }

    /// Tries again what found no room, in the order of rank.
    private func takeRefused() {
        take(refusedSets.values.filter { Self.isForRoom($0.reason) }.map(\.source))
        take(
            refusedRoutes.values.filter { Self.isForRoom($0.reason) }.map(\.route).sorted())
    }

    private func take(_ sources: [DestinationSource]) {
        for start in stride(from: 0, to: sources.count, by: Self.batchSize) {
            let batch = Array(sources[start..<min(start + Self.batchSize, sources.count)])
            crew.map(batch) {
                DestinationIndex.PlannedSet($0)
            } taking: { source, planned in
                let reason = destinations.set(planned, &graveyard)
                if reason != nil || !refusedSets.isEmpty {
                    refusedSets[source.key] = reason.map { ($0, source) }
                }
            }
            destinations.writeBlocks(crew, ledger)
        }
    }

    /// Routes, and destination sets, that are done together: what many leave behind for a while
    /// would be more than what they keep.
    private static let batchSize = 4096

    private func take(_ routes: [RankedRoute]) {
        let isFirst = self.routes.isEmpty
        for start in stride(from: 0, to: routes.count, by: Self.batchSize) {
            let batch = routes[start..<min(start + Self.batchSize, routes.count)]
                .filter { isFirst || !isAsBefore($0) }
            crew.map(batch) {
                PlannedRoute($0)
            } taking: { _, route in
                let key = route.source.key
                let reason = set(route, key)
                if reason != nil || !refusedRoutes.isEmpty {
                    refusedRoutes[key] = reason.map { ($0, route.ranked) }
                }
            }
            writeBlocks()
        }
    }

    private func number(of key: String) -> UInt32? { number(of: key, hash: key.hashValue) }

    private func number(of key: String, hash: Int) -> UInt32? {
        numbers.find(hash) { routes[$0]?.packed.key == key }.map { UInt32($0) }
    }

    /// Whether it is in the table just so.
    private func isAsBefore(_ route: RankedRoute) -> Bool {
        let key = route.key
        guard let number = number(of: key), let old = routes[Int(number)], old.rank == route.rank,
            old.packed == route.packed
        else { return false }
        refusedRoutes[key] = nil
        return true
    }

    /// Only identities are given out one route after the other.
    private func writeBlocks() {
        let jobs = unwritten
        unwritten = []
        compiledCount += UInt64(jobs.count)
        crew.map(jobs) {
            $0.written()
        } taking: { job, written in
            routes[Int(job.number)]?.block = written.seal(countedBy: ledger)
            catalog.set(
                Catalog.Route(packed: job.route.ranked.packed, identities: job.identities),
                job.number)
        }
        crew.drop(jobs)
    }

    /// Every worker serves `version` or a later one: frees what it does not use any more.
    package func reclaim(served version: UInt64) {
        graveyard.reclaim(served: version)
        destinations.reclaim(served: version)
        series.reclaim(served: version)
        draws.reclaim(served: version)
    }

    // MARK: Routes

    /// Takes in a route; gives what is wrong when it is beyond the table's limits.
    private func set(_ new: PlannedRoute, _ key: String) -> String? {
        guard let number = number(of: key, hash: new.keyHash), let old = routes[Int(number)] else {
            return insert(new)
        }
        if old.rank != new.ranked.rank {
            routes[Int(number)]?.rank = new.ranked.rank
            isReordered = true
        }
        return old.packed == new.ranked.packed ? nil : replace(number, old, new)
    }

    private func insert(_ new: PlannedRoute) -> String? {
        let plan = new.plan
        if let excess = excess(new) { return excess }
        let number = freeNumbers.popLast() ?? UInt32(routes.count)
        if number == routes.count { routes.append(nil) }
        let cells = (0..<plan.drawCount).map { _ in draws.take() }
        let job = job(number, new, cells)
        routes[Int(number)] = Route(
            packed: new.ranked.packed, rank: new.ranked.rank, block: nil,
            identities: job.identities)
        unwritten.append(job)
        numbers.insert(Int(number), hash: new.keyHash)
        for (place, host) in plan.hosts.enumerated() {
            hosts.claim(host.name, at: place, for: number)
        }
        return nil
    }

    private func replace(_ number: UInt32, _ old: Route, _ new: PlannedRoute) -> String? {
        let plan = new.plan
        if let excess = excess(new) { return excess }
        let oldPlan = RoutePlan(old.packed.source)
        let cells = plan.splits.flatMap { split in
            oldPlan.cells(of: split, among: old.identities.draws).map { Array($0) }
                ?? split.shares.map { _ in draws.take() }
        }
        let job = job(number, new, cells)
        unwritten.append(job)
        release(oldPlan)
        let kept = Set(cells)
        for cell in old.identities.draws where !kept.contains(cell) {
            draws.retire(cell, at: graveyard.version)
        }
        graveyard.bury(old.block)
        routes[Int(number)]?.packed = new.ranked.packed
        routes[Int(number)]?.block = nil
        routes[Int(number)]?.identities = job.identities
        let oldHosts = Set(oldPlan.hosts.map(\.name))
        let newHosts = Set(plan.hosts.map(\.name))
        for host in oldHosts.subtracting(newHosts) { hosts.release(host, by: number) }
        for (place, host) in plan.hosts.enumerated() {
            if oldHosts.contains(host.name) {
                hosts.refresh(host.name, at: place, of: number)
            } else {
                hosts.claim(host.name, at: place, for: number)
            }
        }
        return nil
    }

    private func remove(_ number: UInt32) {
        guard let old = routes[Int(number)] else { return }
        let plan = RoutePlan(old.packed.source)
        for host in plan.hosts { hosts.release(host.name, by: number) }
        release(plan)
        for cell in old.identities.draws { draws.retire(cell, at: graveyard.version) }
        graveyard.bury(old.block)
        routes[Int(number)] = nil
        catalog.set(nil, number)
        numbers.remove(Int(number), hash: old.packed.key.hashValue)
        freeNumbers.append(number)
    }

    /// What the route asks for is its from now on.
    private func job(_ number: UInt32, _ route: PlannedRoute, _ draws: [Handle]) -> BlockJob {
        let plan = route.plan
        let (sets, services) = destinations.acquire(plan.destinations)
        let series = plan.series.indices.map { place in
            var key = plan.series[place]
            // Most series are a set's: the name is in memory once.
            if place < services.count, services[place] == key.revision {
                key.revision = services[place]
            }
            return self.series.acquire(key, hash: route.seriesHashes[place]).id
        }
        for text in plan.patterns { patterns.acquire(text) }
        var compiled: [[UInt8]: RegexPattern] = [:]
        for text in plan.patterns { compiled[text] = patterns[text] }
        return BlockJob(
            number: number, route: route,
            identities: RouteIdentities(draws: draws, series: series), sets: sets,
            patterns: compiled)
    }

    private func release(_ plan: RoutePlan) {
        for key in plan.series { series.release(key) }
        for key in plan.destinations { destinations.release(key) }
        for text in plan.patterns { patterns.release(text) }
    }

    private func excess(_ route: PlannedRoute) -> String? {
        if let excess = route.excess { return excess }
        let plan = route.plan
        guard series.hasRoom(for: plan.series), draws.available >= plan.drawCount,
            destinations.hasRoom(for: plan.destinations)
        else { return Self.full }
        return plan.patterns.isEmpty ? nil : patterns.prepare(plan.patterns)
    }

    // MARK: Order

    /// Ranks of routes that stay changed in this update.
    private var isReordered = false

    private func precedes(_ one: UInt32, _ other: UInt32) -> Bool {
        guard let one = routes[Int(one)], let other = routes[Int(other)] else {
            preconditionFailure("a claim of a route that is gone")
        }
        // Keys are unpacked where ranks do not tell.
        return one.rank == other.rank
            ? one.packed.key < other.packed.key : one.rank < other.rank
    }

    private func key(_ number: UInt32) -> String { routes[Int(number)]?.packed.key ?? "" }

    // MARK: The end of an update

    private func commit() -> Snapshot {
        hosts.elect(isReordered: isReordered, precedes: precedes)
        isReordered = false
        series.sweep(at: graveyard.version)
        catalog.set(series: series.entries)
        patterns.flush(&graveyard)
        destinations.flush(&graveyard)
        let routes = routes
        hosts.flush(&graveyard, crew) { number in
            // By a span, as an array gives out a copy.
            guard let block = routes.span[Int(number)]?.block else {
                preconditionFailure("no such route")
            }
            return block.view
        }
        graveyard.bury(root)
        let root = writtenRoot().seal(countedBy: ledger)
        self.root = root
        return Snapshot(version: graveyard.version, root: root.view)
    }

    private func writtenRoot() -> BlockWriter {
        let pages = destinations.setPages.pages + destinations.generationPages.pages
        let end = Layout.Root.shards + (Layout.Root.shardCount + pages.count) * Layout.linkSize
        var writer = BlockWriter(reserving: end)
        writer.appendZeros(Layout.Root.shards)
        writer.set(graveyard.version, at: Layout.Root.version)
        writer.set(
            UInt32(destinations.setPages.pages.count), at: Layout.Root.setPageCount)
        writer.set(
            UInt32(destinations.generationPages.pages.count), at: Layout.Root.destinationPageCount)
        writer.set(hashSeed.start, at: Layout.Root.hashStart)
        writer.set(hashSeed.factor, at: Layout.Root.hashFactor)
        for shard in hosts.shards { writer.append(link: shard?.view ?? .empty) }
        for page in pages { writer.append(link: page.view) }
        return writer
    }
}

@available(*, unavailable)
extension TableBuilder: Sendable {}
