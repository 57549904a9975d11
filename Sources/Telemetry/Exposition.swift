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
            line(family.name, sample.labels, Self.number(sample.value))
        }
    }

    /// Adds a histogram family in seconds; one without samples is left out.
    mutating func add(
        histogram name: String, help: String,
        samples: [(labels: [(name: String, value: String)], histogram: HistogramReading)]
    ) {
        guard !samples.isEmpty else { return }
        begin(name, "histogram", help, "seconds")
        for (labels, histogram) in samples {
            var below: UInt64 = 0
            for (bucket, bound) in histogram.bounds.enumerated() {
                below &+= histogram.counts[bucket]
                // Always with a point, so that the label is the same in both formats.
                let edge = [(name: "le", value: (Double(bound) / 1e9).description)]
                line(name + "_bucket", labels + edge, String(below))
            }
            let count = String(histogram.count)
            line(name + "_bucket", labels + [(name: "le", value: "+Inf")], count)
            line(name + "_count", labels, count)
            line(name + "_sum", labels, Self.seconds(histogram.sum))
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
        escape(help, quotes: format == .openMetrics)
        text += "\n".utf8
    }

    private static func without(_ ending: String, _ name: String) -> String {
        precondition(name.hasSuffix(ending), "a metric's name must end as its kind wants")
        return String(name.dropLast(ending.count))
    }

    private mutating func line(
        _ name: String, _ labels: [(name: String, value: String)], _ value: String
    ) {
        text += name.utf8
        for (place, label) in labels.enumerated() {
            text += (place == 0 ? "{" : ",").utf8
            text += label.name.utf8
            text += "=\"".utf8
            escape(label.value, quotes: true)
            text += "\"".utf8
        }
        text += (labels.isEmpty ? " " : "} ").utf8
        text += value.utf8
        text += "\n".utf8
    }

    private mutating func escape(_ value: String, quotes: Bool) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): text += "\\\\".utf8
            case UInt8(ascii: "\n"): text += "\\n".utf8
            case UInt8(ascii: "\"") where quotes: text += "\\\"".utf8
            default: text.append(byte)
            }
        }
    }

    /// The shortest decimal that reads back as the same value; whole numbers without a point.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return value.description
    }

    /// Nanoseconds as exact decimal seconds.
    private static func seconds(_ nanoseconds: UInt64) -> String {
        let digits = String(nanoseconds % 1_000_000_000)
        let zeros = String(repeating: "0", count: 9 - digits.count)
        return "\(nanoseconds / 1_000_000_000).\(zeros)\(digits)"
    }
}
