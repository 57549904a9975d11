internal import Bytes

/// All destination sets and their destinations: identities, blocks, and the pages that name them.
struct DestinationIndex {
    fileprivate struct Address: Hashable {
        let source: AddressSource
        let spoken: UpstreamProtocol
        let tls: UpstreamTLS?
    }

    /// A set that a source gave.
    private struct Known {
        var source: DestinationSource
        /// Nil while it is being written.
        var block: Block?
    }

    /// A set that has its identities: its block can be written, on any thread.
    fileprivate struct SetJob: Sendable {
        let planned: PlannedSet
        let id: Handle
        let ids: [Handle]
    }

    /// A source with what it asks of the table: made on any thread.
    ///
    /// One reference: it goes from hand to hand.
    final class PlannedSet: Sendable {
        let source: DestinationSource
        /// Each once, with their hashes.
        fileprivate let addresses: [Address]
        fileprivate let hashes: [Int]
        /// What is beyond the limits of any table, nil when nothing is.
        fileprivate let excess: String?

        init(_ source: DestinationSource) {
            self.source = source
            let addresses = DestinationIndex.distinct(source)
            self.addresses = addresses
            hashes = addresses.map(\.hashValue)
            excess =
                source.tls?.excess
                ?? (addresses.count > TableLimits.addressesMax
                    ? "more than \(TableLimits.addressesMax) addresses" : nil)
        }
    }

    /// Blocks that are to be written before the update ends.
    private var unwritten: [SetJob] = []

    private var sets = Registry<DestinationKey>(limit: TableLimits.setsMax)
    private var addresses: Registry<Address>
    /// By the index of the set's id.
    private var known: [Known?] = []
    private(set) var setPages = PageTable(
        shift: Layout.SetPage.shift, entrySize: Layout.linkSize)
    private(set) var generationPages = PageTable(
        shift: Layout.DestinationPage.shift, entrySize: 4)
    /// Live generations by index, for the pages: 0 where there is no destination, with a mark where it is
    /// in no set.
    private var generations: [UInt32] = []

    /// Why a set is refused that would find room in a smaller table.
    static let full = "more than \(TableLimits.destinationsMax) destinations"

    /// `keptMax`: so many addresses whose sets were forgotten keep their identities, the latest ones.
    init(keptMax: Int) {
        addresses = Registry(limit: TableLimits.destinationsMax, keptMax: keptMax)
    }

    /// Sets that sources gave.
    var keys: some Sequence<DestinationKey> {
        known.lazy.compactMap(\.self).map(\.source.key)
    }

    private func known(_ key: DestinationKey) -> Known? {
        sets.id(of: key).flatMap { Int($0.index) < known.count ? known[Int($0.index)] : nil }
    }

    /// Sets and addresses that there is room for, together.
    var available: Int { sets.available + addresses.available }

    // MARK: Use by routes

    func hasRoom(for keys: [DestinationKey]) -> Bool { sets.hasRoom(for: keys) }

    /// A route names the set, which need not be known.
    @discardableResult
    mutating func acquire(_ key: DestinationKey) -> Handle {
        let (id, isNew) = sets.acquire(key)
        if isNew { setPages.touch(Int(id.index)) }
        return id
    }

    /// A route names the sets; with their ids comes what they are named by, as it is in memory.
    mutating func acquire(_ keys: [DestinationKey]) -> (ids: [Handle], services: [String]) {
        let ids = keys.map { acquire($0) }
        return (ids, ids.map { sets.entries[Int($0.index)]?.key.service ?? "" })
    }

    mutating func release(_ key: DestinationKey) { sets.release(key) }

    /// The identity of a set that somebody uses.
    func id(of key: DestinationKey) -> Handle {
        guard let id = sets.id(of: key) else { preconditionFailure("a set that nobody uses") }
        return id
    }

    // MARK: Changes

    /// Takes in a source; gives what is wrong when it is beyond the table's limits.
    mutating func set(_ planned: PlannedSet, _ graveyard: inout Graveyard) -> String? {
        let source = planned.source
        let old = known(source.key)
        if old?.source == source { return nil }
        if let excess = planned.excess { return excess }
        let wanted = planned.addresses
        guard addresses.hasRoom(for: wanted), sets.hasRoom(for: CollectionOfOne(source.key)) else {
            return Self.full
        }
        let destinations = wanted.indices.map { place in
            let id = addresses.acquire(wanted[place], hash: planned.hashes[place]).id
            revive(id)
            return id
        }
        let id = old == nil ? acquire(source.key) : id(of: source.key)
        unwritten.append(
            SetJob(planned: planned, id: id, ids: destinations))
        while known.count <= Int(id.index) { known.append(nil) }
        known[Int(id.index)] = Known(source: source, block: nil)
        if let old { drop(old, areKept: false, &graveyard) }
        setPages.touch(Int(id.index))
        return nil
    }

    /// Writes the blocks of what was set.
    mutating func writeBlocks(_ crew: Crew, _ ledger: BlockLedger) {
        let jobs = unwritten
        unwritten = []
        crew.map(jobs) {
            $0.written()
        } taking: { job, written in
            known[Int(job.id.index)]?.block = written.seal(countedBy: ledger)
        }
        crew.drop(jobs)
    }

    /// Forgets a source; routes that name the set find it empty, and its addresses are kept for a while.
    mutating func remove(_ key: DestinationKey, _ graveyard: inout Graveyard) {
        guard let old = known(key) else { return }
        let id = id(of: key)
        known[Int(id.index)] = nil
        setPages.touch(Int(id.index))
        drop(old, areKept: true, &graveyard)
        release(key)
    }

    /// Ends an update: retires what nobody uses and rewrites the pages.
    mutating func flush(_ graveyard: inout Graveyard) {
        sets.sweep(at: graveyard.version)
        addresses.sweep(at: graveyard.version) { id, isKept in
            generations[Int(id.index)] =
                isKept ? id.generation ^ Layout.DestinationPage.leftMark : 0
            generationPages.touch(Int(id.index))
        }
        // Copies, as the closures would else copy all of this for each entry.
        let (given, live) = (known, generations)
        setPages.flush(
            &graveyard, blank: { $0.set(link: .empty, at: $1) },
            fill: { writer, offset, index in
                let view = index < given.count ? given[index]?.block?.view : nil
                writer.set(link: view ?? .empty, at: offset)
            })
        generationPages.flush(
            &graveyard, blank: { _, _ in },
            fill: { $0.set(live[$2], at: $1) })
    }

    mutating func reclaim(served version: UInt64) {
        sets.reclaim(served: version)
        addresses.reclaim(served: version)
    }

    // MARK: Parts

    fileprivate static func distinct(_ source: DestinationSource) -> [Address] {
        var addresses = source.addresses
        if addresses.count > 1 {
            var distinct = Distinct<AddressSource>()
            for address in addresses { distinct.insert(address) }
            addresses = distinct.list
        }
        return addresses.map {
            Address(source: $0, spoken: source.protocolToUpstream, tls: source.tls)
        }
    }

    /// An address is in a set: as a new one, again, or still.
    private mutating func revive(_ id: Handle) {
        let index = Int(id.index)
        while generations.count <= index { generations.append(0) }
        if generations[index] == id.generation { return }
        generations[index] = id.generation
        generationPages.touch(index)
    }

    /// An address that its Service has no more is not worth keeping: nobody is there.
    private mutating func drop(_ old: Known, areKept: Bool, _ graveyard: inout Graveyard) {
        for address in Self.distinct(old.source) {
            addresses.release(address, isWorthKeeping: areKept)
        }
        graveyard.bury(old.block)
    }
}

extension DestinationIndex.SetJob {
    fileprivate func written() -> BlockWriter {
        let (source, addresses) = (planned.source, planned.addresses)
        let size = Layout.DestinationSet.destinations + addresses.count * Layout.Destination.size
        var writer = BlockWriter(reserving: size)
        writer.appendZeros(size)
        writer.set(id, at: Layout.DestinationSet.id)
        writer.set(UInt32(addresses.count), at: Layout.DestinationSet.count)
        writer.set(
            source.protocolToUpstream.rawValue, at: Layout.DestinationSet.upstreamProtocol)
        writer.set(UInt8(source.isInnerHop ? 1 : 0), at: Layout.DestinationSet.isInnerHop)
        writer.set(UInt8(source.tls == nil ? 0 : 1), at: Layout.DestinationSet.isTLS)
        if let names = source.tls?.wire {
            let start = writer.count
            writer.append(bytes: names.span)
            writer.set(textAt: start, count: names.count, at: Layout.DestinationSet.names)
        }
        for index in addresses.indices {
            let address = addresses[index].source
            let place = Layout.DestinationSet.destinations + index * Layout.Destination.size
            writer.set(ids[index], at: place + Layout.Destination.id)
            writer.set(address.port, at: place + Layout.Destination.port)
            let ip = address.ip
            writer.set(UInt8(ip.count), at: place + Layout.Destination.addressCount)
            for (offset, byte) in ip.enumerated() {
                writer.set(byte, at: place + Layout.Destination.address + offset)
            }
        }
        return writer
    }
}
