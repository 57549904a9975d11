package import Bytes

/// One worker's numbers: written by the worker's thread, read by any, without a lock.
///
/// A plain value that names memory of its own: copies share it. Nothing is allocated after the
/// first use of a series and code class. A series' numbers start at zero whenever a newer
/// generation takes its index; what comes for an older generation is dropped. The owner calls
/// `destroy` once, when no thread uses any copy.
package struct TallySheet: Sendable {
    /// How often each split handed out each of its revisions.
    package let draws: CounterCells
    /// What is wrong with each destination.
    ///
    /// 0 where it is in use; else the monotonic nanoseconds until which it is left aside.
    package let health: CounterCells
    /// Access records that wait to be written; empty where nothing is logged.
    package let records: AccessRing
    /// Row 0 is the unrouted series; row `index + 1` is that of a handle with `index`.
    let series: CounterPages
    /// A row holds the buckets' counts, then the sum in nanoseconds.
    let histograms: CounterPages
    /// The numbers that belong to no series, as `SheetWord` numbers them.
    let words: CounterRow
    /// The buckets' bounds in nanoseconds, then for each number of bits that a time can have the
    /// first bucket for such a time; constant.
    private let bounds: CounterRow
    let boundCount: Int
    private let wordPages: CounterPages
    private let boundPages: CounterPages

    /// A sheet whose histograms have these buckets.
    package init(buckets: DurationBuckets = .standard) {
        boundCount = buckets.bounds.count
        draws = CounterCells(limit: TallyLimits.drawsMax)
        health = CounterCells(limit: TallyLimits.destinationsMax)
        records = AccessRing(capacity: TallyLimits.recordBytesMax)
        series = CounterPages(
            limit: TallyLimits.seriesMax + 1, width: SeriesRow.width, pageSlots: 64)
        histograms = CounterPages(
            limit: TallyLimits.histogramsMax, width: boundCount + 2, pageSlots: 64)
        wordPages = CounterPages(limit: 1, width: SheetWord.count, pageSlots: 1)
        words = wordPages.row(0)
        boundPages = CounterPages(limit: 1, width: boundCount + 65, pageSlots: 1)
        bounds = boundPages.row(0)
        for (place, bound) in buckets.bounds.enumerated() { bounds.store(place, bound) }
        for bits in 0...64 {
            let least: UInt64 = bits == 0 ? 0 : 1 << (bits - 1)
            let first = buckets.bounds.firstIndex { $0 >= least } ?? boundCount
            bounds.store(boundCount + bits, UInt64(first))
        }
    }

    /// Frees the memory; no copy may be used any more.
    package func destroy() {
        draws.destroy()
        health.destroy()
        records.destroy()
        series.destroy()
        histograms.destroy()
        wordPages.destroy()
        boundPages.destroy()
    }

    // MARK: One exchange

    // These change nothing but the shared memory; what only borrows is called on a copy of the sheet,
    // which costs as much as the counting.

    /// An exchange of the series has begun.
    package mutating func began(_ id: Handle) { claim(id)?.add(SeriesRow.active, 1) }

    /// An exchange that began in the series is over, and is not recorded, or in another series.
    package mutating func ended(_ id: Handle) { claim(id)?.add(SeriesRow.active, .max) }

    /// An exchange of the series became a tunnel at that time, monotonic nanoseconds.
    package mutating func tunnelBegan(_ id: Handle, at start: UInt64) {
        add(id, SeriesRow.tunnels, 1)
        add(id, SeriesRow.tunnelStarts, start / 1_000_000)
    }

    /// A tunnel of the series that began then is closed.
    package mutating func tunnelEnded(_ id: Handle, began start: UInt64) {
        add(id, SeriesRow.tunnels, .max)
        add(id, SeriesRow.tunnelStarts, 0 &- start / 1_000_000)
    }

    /// Counts one answered (or broken off) exchange.
    ///
    /// `Handle.none` is for exchanges that no route took. A code of 0 says that the client went
    /// away before an answer began. A duration is left out for tunnels, the time to the
    /// upstream's first byte where no upstream answered. `callStatus` says how a gRPC call ended,
    /// `hadBegun` that `began` was said of the exchange.
    package mutating func record(
        series id: Handle, protocol spoken: RequestProtocol, code: UInt16, flag: ResponseFlag,
        durationNanoseconds: UInt64?, firstByteNanoseconds: UInt64?,
        callStatus: GRPCStatus? = nil, hadBegun: Bool = false
    ) {
        guard let row = claim(id) else { return }
        if hadBegun { row.add(SeriesRow.active, .max) }
        if let callStatus { row.add(SeriesRow.grpc + Int(callStatus.rawValue), 1) }
        count(SeriesRow.key(spoken, code, flag), SeriesRow.codeClass(code), in: row)
        if let duration = durationNanoseconds {
            time(duration, row, SeriesRow.durations + SeriesRow.codeClass(code))
        }
        if let firstByte = firstByteNanoseconds {
            time(firstByte, row, SeriesRow.firstByte)
        }
    }

    // MARK: What belongs to no series

    /// Counts a request that was refused before it became an exchange.
    ///
    /// Reasons are small numbers; their names are given to the exposition.
    package func rejected(_ reason: UInt8) {
        words.add(SheetWord.rejected + min(Int(reason), TallyLimits.reasonsMax - 1), 1)
    }

    /// Counts something unusual but legal; names are given to the exposition.
    package func glitch(_ kind: UInt8) {
        words.add(SheetWord.glitches + min(Int(kind), TallyLimits.glitchesMax - 1), 1)
    }

    /// Counts a rule's pattern that could not be matched to its end, as no match.
    ///
    /// Reasons are small numbers; their names are given to the exposition.
    package func ruleFailed(_ reason: UInt8) {
        words.add(SheetWord.ruleFailures + min(Int(reason), TallyLimits.ruleReasonsMax - 1), 1)
    }

    /// Counts a Knative probe (`K-Network-Probe`), which is in no series.
    package func probe() { words.add(SheetWord.probes, 1) }

    /// A connection was accepted by the listener with this number, 0 and up.
    package func connectionOpened(listener: Int) {
        words.add(SheetWord.connections(listener), 1)
    }

    /// A connection of the listener is closed.
    package func connectionClosed(listener: Int) {
        words.add(SheetWord.connections(listener), .max)
    }

    /// Counts a finished TLS handshake.
    package func handshake(_ version: TLSVersion, isResumed: Bool) {
        words.add(SheetWord.handshakes(version, isResumed), 1)
    }

    /// The worker serves this table version from now on.
    package func served(version: UInt64) { words.publish(SheetWord.version, version) }

    /// The table version that the worker serves; 0 before the first.
    package var servedVersion: UInt64 { words.observe(SheetWord.version) }

    // MARK: Helpers

    /// The row of a series, taken over from an older generation; nil for a stale handle.
    private mutating func claim(_ id: Handle) -> CounterRow? {
        // Above the limit there are no rows, so those requests are told as unrouted.
        guard id.index < UInt32(TallyLimits.seriesMax) else { return series.row(0) }
        let row = series.row(Int(id.index) + 1)
        let held = row.load(SeriesRow.generation)
        if held == SeriesRow.mark(id.generation) { return row }
        let age = Int32(bitPattern: id.generation &- UInt32(truncatingIfNeeded: held))
        if held != 0 && age < 0 { return nil }
        clear(row)
        row.publish(SeriesRow.generation, SeriesRow.mark(id.generation))
        return row
    }

    /// Zeroes a row and its histograms, which stay the row's own.
    private mutating func clear(_ row: CounterRow) {
        // Nobody's, so that no reader takes half of it for the old series' numbers.
        row.publish(SeriesRow.generation, 0)
        for word in SeriesRow.histograms {
            let number = Int(row.load(word))
            guard number > 0 else { continue }
            let histogram = histograms.row(number - 1)
            for place in 0..<histogram.width { histogram.store(place, 0) }
        }
        row.store(SeriesRow.active, 0)
        row.store(SeriesRow.tunnels, 0)
        for word in SeriesRow.grpc..<SeriesRow.width { row.store(word, 0) }
    }

    private mutating func add(_ id: Handle, _ word: Int, _ amount: UInt64) {
        claim(id)?.add(word, amount)
    }

    private mutating func count(_ key: UInt64, _ codeClass: Int, in row: CounterRow) {
        var word = SeriesRow.answers
        while word < SeriesRow.others {
            let held = row.load(word)
            if held == key { return row.add(word + 1, 1) }
            if held == 0 {
                row.store(word + 1, 1)
                return row.publish(word, key)
            }
            word += 2
        }
        row.add(SeriesRow.others + codeClass, 1)
    }

    /// Puts a time into the histogram whose number stands in `word`, made at its first use.
    private mutating func time(_ nanoseconds: UInt64, _ row: CounterRow, _ word: Int) {
        var number = Int(row.load(word))
        if number == 0 {
            number = Int(words.load(SheetWord.histograms)) + 1
            guard number <= TallyLimits.histogramsMax else { return }
            words.store(SheetWord.histograms, UInt64(number))
            _ = histograms.row(number - 1)
            row.publish(word, UInt64(number))
        }
        let histogram = histograms.row(number - 1)
        histogram.add(bucket(nanoseconds), 1)
        histogram.add(boundCount + 1, nanoseconds)
    }

    /// The first bucket whose bound is not below the time.
    private mutating func bucket(_ nanoseconds: UInt64) -> Int {
        // As many bits as the time has tell where to begin; a step or two are left.
        let bits = 64 - nanoseconds.leadingZeroBitCount
        var bucket = Int(truncatingIfNeeded: bounds.load(boundCount &+ bits))
        while bucket < boundCount && bounds.load(bucket) < nanoseconds { bucket &+= 1 }
        return bucket
    }
}

extension TallySheet {
    /// The buckets' bounds in nanoseconds, ascending.
    var bucketBounds: [UInt64] { (0..<boundCount).map { bounds.load($0) } }
}
