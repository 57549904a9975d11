package import Bytes

extension TallySheet {
    /// A series' numbers on this sheet, all zero when the sheet never met it; any thread.
    func reading(of labels: SeriesLabels) -> SeriesReading {
        var reading = SeriesReading(labels: labels)
        guard let row = readableRow(labels.id) else { return reading }
        reading.active = Int(truncatingIfNeeded: row.load(SeriesRow.active))
        reading.tunnels = Int(truncatingIfNeeded: row.load(SeriesRow.tunnels))
        reading.tunnelStarts = row.load(SeriesRow.tunnelStarts)
        for status in GRPCStatus.allCases {
            let count = row.load(SeriesRow.grpc + Int(status.rawValue))
            if count > 0 { reading.grpc[status] = count }
        }
        for place in 0..<TallyLimits.answersMax {
            let word = SeriesRow.answers + 2 * place
            let key = row.observe(word)
            guard key != 0 else { continue }
            if let answer = Answer(key: key) {
                reading.answers[answer, default: 0] &+= row.load(word + 1)
            }
        }
        for codeClass in 0..<SeriesRow.classes {
            let others = row.load(SeriesRow.others + codeClass)
            if others > 0 { reading.others[codeClass] = others }
            reading.durations[codeClass] = histogram(row, SeriesRow.durations + codeClass)
        }
        reading.firstByte = histogram(row, SeriesRow.firstByte)
        return reading
    }

    fileprivate func readableRow(_ id: Handle) -> CounterRow? {
        if id.isNone { return series.existingRow(0) }
        guard id.index < UInt32(TallyLimits.seriesMax),
            let row = series.existingRow(Int(id.index) + 1),
            row.observe(SeriesRow.generation) == SeriesRow.mark(id.generation)
        else { return nil }
        return row
    }

    private func histogram(_ row: CounterRow, _ word: Int) -> HistogramReading? {
        let number = Int(truncatingIfNeeded: row.observe(word))
        guard number > 0, let words = histograms.existingRow(number - 1) else { return nil }
        var reading = HistogramReading(bounds: bucketBounds)
        for bucket in 0...boundCount { reading.add(bucket: bucket, words.load(bucket)) }
        reading.add(sum: words.load(boundCount + 1))
        return reading.count == 0 ? nil : reading
    }
}

extension [TallySheet] {
    /// Whether anything was counted for the series, on any sheet; any thread.
    package func haveMet(_ id: Handle) -> Bool { contains { $0.readableRow(id) != nil } }

    /// How often a split handed out one of its revisions, over all workers.
    package func draws(of cell: Handle) -> UInt64 {
        reduce(0) { $0 &+ $1.draws.value(cell) }
    }
}
