/// Metrics as text for a scraper, built family by family.
///
/// Source: OpenMetrics 1.0.0; Prometheus' text format 0.0.4. A family may be added once.
package struct Exposition {
    private let format: ExpositionFormat
    private var text: [UInt8] = []
    private var families: Set<String> = []

    /// An empty text in this format.
    package init(_ format: ExpositionFormat) {
        self.format = format
        text.reserveCapacity(16 * 1024)
    }

    /// Adds a family; one without samples is left out.
    package mutating func add(_ family: MetricFamily) {
        guard !family.samples.isEmpty else { return }
        begin(family.name, family.kind.rawValue, family.help, family.unit)
        for sample in family.samples {
            begin(line: family.name, "", sample.labels)
            append(sample.value)
            text.append(UInt8(ascii: "\n"))
        }
    }

    /// Adds a histogram family in seconds; one without samples is left out.
    mutating func add(
        histogram name: String, help: String,
        samples: [(labels: LabelText, histogram: HistogramReading)]
    ) {
        guard let bounds = samples.first?.histogram.bounds else { return }
        begin(name, "histogram", help, "seconds")
        // Always with a point, so that the label is the same in both formats.
        let edges = bounds.map { Array(",le=\"\((Double($0) / 1e9).description)\"".utf8) }
        let infinity = Array(",le=\"+Inf\"".utf8)
        for (labels, histogram) in samples {
            var below: UInt64 = 0
            for (bucket, edge) in edges.enumerated() {
                below &+= histogram.counts[bucket]
                count(name, "_bucket", labels, edge, below)
            }
            let all = histogram.count
            count(name, "_bucket", labels, infinity, all)
            count(name, "_count", labels, [], all)
            begin(line: name, "_sum", labels)
            // Nanoseconds as exact decimal seconds.
            text.append(decimal: histogram.sum / 1_000_000_000)
            text.append(UInt8(ascii: "."))
            text.append(decimal: histogram.sum % 1_000_000_000, digits: 9)
            text.append(UInt8(ascii: "\n"))
        }
    }

    /// The whole text, ended as the format wants it.
    package consuming func finish() -> [UInt8] {
        if format == .openMetrics { text += "# EOF\n".utf8 }
        return text
    }

    private mutating func begin(_ name: String, _ kind: String, _ help: String, _ unit: String?) {
        var family = name
        var kind = kind
        switch format {
        case .openMetrics:
            // The family's name goes without what its samples' names end with.
            if kind == "counter" { family = Self.without("_total", name) }
            if kind == "info" { family = Self.without("_info", name) }
        case .prometheus:
            if kind == "info" { kind = "gauge" }
        }
        precondition(families.insert(family).inserted, "a metric family was added twice")
        text += "# TYPE \(family) \(kind)\n".utf8
        if format == .openMetrics, let unit {
            precondition(family.hasSuffix("_" + unit), "a metric's name must end with its unit")
            text += "# UNIT \(family) \(unit)\n".utf8
        }
        text += "# HELP \(family) ".utf8
        text.append(escaping: help, quotes: format == .openMetrics)
        text += "\n".utf8
    }

    private static func without(_ ending: String, _ name: String) -> String {
        precondition(name.hasSuffix(ending), "a metric's name must end as its kind wants")
        return String(name.dropLast(ending.count))
    }

    private mutating func begin(
        line name: String, _ ending: StaticString, _ labels: LabelText, _ edge: [UInt8] = []
    ) {
        text.append(name)
        text.append(ending)
        if !labels.bytes.isEmpty {
            text.append(UInt8(ascii: "{"))
            text += labels.bytes
            text += edge
            text.append(UInt8(ascii: "}"))
        }
        text.append(UInt8(ascii: " "))
    }

    private mutating func count(
        _ name: String, _ ending: StaticString, _ labels: LabelText, _ edge: [UInt8],
        _ value: UInt64
    ) {
        begin(line: name, ending, labels, edge)
        text.append(decimal: value)
        text.append(UInt8(ascii: "\n"))
    }

    /// The shortest decimal that reads back as the same value; whole numbers without a point.
    private mutating func append(_ value: Double) {
        if value.isNaN { return text.append("NaN") }
        if value.isInfinite { return text.append(value < 0 ? "-Inf" : "+Inf") }
        guard let whole = Int64(exactly: value), whole.magnitude < 1 << 53 else {
            return text.append(value.description)
        }
        if whole < 0 { text.append(UInt8(ascii: "-")) }
        text.append(decimal: whole.magnitude)
    }
}
