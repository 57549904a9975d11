/// A metric with its samples, as plain values.
package struct MetricFamily: Sendable {
    /// What scrapers may do with the samples.
    package enum Kind: String, Sendable {
        case gauge
        /// The samples' name ends in `_total`.
        case counter
        /// Constant 1; the samples' name ends in `_info`.
        case info
    }

    /// One sample: its labels and a value.
    package struct Sample: Sendable {
        var labels: LabelText
        var value: Double

        package init(_ labels: LabelText, _ value: Double) {
            self.labels = labels
            self.value = value
        }

        /// A sample with these pairs, in the order in which they are written.
        package init(_ pairs: [(name: String, value: String)], _ value: Double) {
            self.init(LabelText(pairs), value)
        }

        /// A sample without labels.
        package init(_ value: Double) { self.init(LabelText(), value) }
    }

    /// The samples' name, with its `_total` or `_info`.
    package var name: String
    package var kind: Kind
    /// One sentence.
    package var help: String
    /// The base unit, with which the name (without `_total`) ends; nil for plain counts.
    package var unit: String?
    package var samples: [Sample]

    package init(
        _ name: String, _ kind: Kind, help: String, unit: String? = nil, samples: [Sample]
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.unit = unit
        self.samples = samples
    }
}
