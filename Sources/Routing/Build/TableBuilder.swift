internal import Bytes

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
        /// Cells of the splits, in the plan's order, one after the other.
        var draws: [Handle]
    }

    private let ledger = BlockLedger()
    private var graveyard: Graveyard
    /// Routes by their number; numbers of removed routes are used again.
    private var routes: [Route?] = []
    private var numbers: [String: UInt32] = [:]
    private var freeNumbers: [UInt32] = []
    private var hosts = HostIndex()
    private var destinations = DestinationIndex()
    private var series = Registry<SeriesKey>(limit: TableLimits.seriesMax)
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

    /// Takes up to `patternsMax` patterns, of all routes together.
    package init(patternsMax: Int = TableLimits.patternsMax, crew: Crew = .alone) {
        self.crew = crew
        graveyard = Graveyard(ledger: ledger)
        patterns = PatternStore(limit: patternsMax)
    }

    // MARK: Reports

    /// Hosts claimed by several routes, by host, then in the order of the losers.
    package var conflicts: [HostConflict] {
        hosts.contested.sorted { $0.key < $1.key }.flatMap { host, claimants in
            claimants.dropFirst().map {
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
    package var routeCount: Int { numbers.count }
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
            numbers.keys.filter { !seen.contains($0) }
            + refusedRoutes.keys.filter { !seen.contains($0) }
        change.destinationsRemoved =
            self.destinations.keys.filter { !seenSets.contains($0) }
            + refusedSets.keys.filter { !seenSets.contains($0) }
        return update(change)
    }

    /// Compiles what changed; its cost does not grow with what did not.
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
            if let number = numbers[key] { remove(number) }
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
        for source in sources {
            refusedSets[source.key] = destinations.set(source, &graveyard).map { ($0, source) }
        }
    }

    /// Routes that are done together: what many leave behind for a while would be more than what
    /// they keep.
    private static let batchSize = 4096

    private func take(_ routes: [RankedRoute]) {
        for start in stride(from: 0, to: routes.count, by: Self.batchSize) {
            let batch = routes[start..<min(start + Self.batchSize, routes.count)]
                .filter { !isAsBefore($0) }
            let planned = crew.map(batch) { PlannedRoute($0) }
            for route in planned {
                let key = route.source.key
                let reason = set(route, key)
                if reason != nil || !refusedRoutes.isEmpty {
                    refusedRoutes[key] = reason.map { ($0, route.ranked) }
                }
            }
            writeBlocks()
        }
    }

    /// Whether it is in the table just so.
    private func isAsBefore(_ route: RankedRoute) -> Bool {
        if numbers.isEmpty { return false }
        let key = route.key
        guard let number = numbers[key], let old = routes[Int(number)], old.rank == route.rank,
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
        for (job, written) in zip(jobs, crew.map(jobs) { $0.written() }) {
            routes[Int(job.number)]?.block = written.block.seal(countedBy: ledger)
            catalog.set(splits: written.splits, ofRoute: job.number)
        }
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
        guard let number = numbers[key], let old = routes[Int(number)] else {
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
        routes[Int(number)] = Route(
            packed: new.ranked.packed, rank: new.ranked.rank, block: nil, draws: cells)
        unwritten.append(BlockJob(number: number, route: new, identities: acquire(plan, cells)))
        numbers[new.source.key] = number
        for host in plan.hosts { hosts.claim(host.name, for: number, precedes: precedes) }
        return nil
    }

    private func replace(_ number: UInt32, _ old: Route, _ new: PlannedRoute) -> String? {
        let plan = new.plan
        if let excess = excess(new) { return excess }
        let oldPlan = RoutePlan(old.packed.source)
        let cells = plan.splits.flatMap { split in
            oldPlan.cells(of: split, among: old.draws).map { Array($0) }
                ?? split.shares.map { _ in draws.take() }
        }
        unwritten.append(BlockJob(number: number, route: new, identities: acquire(plan, cells)))
        release(oldPlan)
        let kept = Set(cells)
        for cell in old.draws where !kept.contains(cell) {
            draws.retire(cell, at: graveyard.version)
        }
        graveyard.bury(old.block)
        routes[Int(number)]?.packed = new.ranked.packed
        routes[Int(number)]?.block = nil
        routes[Int(number)]?.draws = cells
        let oldHosts = Set(oldPlan.hosts.map(\.name))
        let newHosts = Set(plan.hosts.map(\.name))
        for host in oldHosts.subtracting(newHosts) {
            hosts.release(host, by: number, precedes: precedes)
        }
        for host in newHosts {
            if oldHosts.contains(host) {
                hosts.refresh(host, of: number)
            } else {
                hosts.claim(host, for: number, precedes: precedes)
            }
        }
        return nil
    }

    private func remove(_ number: UInt32) {
        guard let old = routes[Int(number)] else { return }
        let plan = RoutePlan(old.packed.source)
        for host in plan.hosts { hosts.release(host.name, by: number, precedes: precedes) }
        release(plan)
        for cell in old.draws { draws.retire(cell, at: graveyard.version) }
        graveyard.bury(old.block)
        routes[Int(number)] = nil
        catalog.set(splits: [], ofRoute: number)
        numbers[old.packed.key] = nil
        freeNumbers.append(number)
    }

    private func acquire(_ plan: RoutePlan, _ draws: [Handle]) -> RouteIdentities {
        let series = plan.series.map { key in
            let (id, isNew) = self.series.acquire(key)
            if isNew { catalog.add(Catalog.SeriesEntry(key, id)) }
            return id
        }
        let sets = plan.destinations.map { destinations.acquire($0) }
        for text in plan.patterns { patterns.acquire(text) }
        var compiled: [[UInt8]: RegexPattern] = [:]
        for text in plan.patterns { compiled[text] = patterns[text] }
        return RouteIdentities(draws: draws, series: series, sets: sets, patterns: compiled)
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
        if isReordered {
            hosts.electAll(precedes: precedes)
            isReordered = false
        }
        series.sweep(at: graveyard.version) { _, id in catalog.remove(series: id) }
        patterns.flush(&graveyard)
        destinations.flush(&graveyard)
        hosts.flush(&graveyard) { [self] number in
            guard let block = routes[Int(number)]?.block else {
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
        for shard in hosts.shards { writer.append(link: shard?.view ?? .empty) }
        for page in pages { writer.append(link: page.view) }
        return writer
    }
}

extension Catalog.SeriesEntry {
    fileprivate init(_ key: SeriesKey, _ id: Handle) {
        self.init(
            id: id, namespace: key.namespace, route: key.route, revision: key.revision,
            tag: key.tag)
    }
}

@available(*, unavailable)
extension TableBuilder: Sendable {}
