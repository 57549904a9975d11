import Telemetry

/// A strict reader of metrics text: what it complains about, a scraper may refuse.
///
/// Covers OpenMetrics 1.0.0 and text format 0.0.4 as far as the gateway writes them: no
/// timestamps, no exemplars.
struct ExpositionCheck {
    private struct Sample {
        var name: String
        var labels: [(String, String)]
        var value: String
    }

    private let format: ExpositionFormat
    private var faults: [String] = []
    private var family = ""
    private var kind = ""
    private var seenFamilies: Set<String> = []
    private var seenSamples: Set<String> = []
    /// Buckets of each label set of the current histogram.
    private var buckets: [String: [(edge: Double, count: Double)]] = [:]
    private var counts: [String: Double] = [:]

    static func faults(in text: String, _ format: ExpositionFormat) -> [String] {
        var check = ExpositionCheck(format: format)
        check.read(text)
        return check.faults
    }

    private init(format: ExpositionFormat) { self.format = format }

    private mutating func read(_ text: String) {
        if !text.hasSuffix("\n") { faults.append("the last line has no end") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        if format == .openMetrics {
            if lines.last != "# EOF" { faults.append("no EOF") }
            lines = lines.dropLast()
        }
        for line in lines {
            if line.hasPrefix("# ") { describe(line) } else { take(line) }
        }
        closeFamily()
    }

    private mutating func describe(_ line: Substring) {
        let parts = line.split(separator: " ", maxSplits: 3)
        guard parts.count == 4 else { return faults.append("short: \(line)") }
        let name = String(parts[2])
        switch parts[1] {
        case "TYPE":
            closeFamily()
            family = name
            kind = String(parts[3])
            if !seenFamilies.insert(name).inserted { faults.append("family twice: \(name)") }
            let kinds =
                ["gauge", "counter", "histogram"] + (format == .openMetrics ? ["info"] : [])
            if !kinds.contains(kind) { faults.append("kind: \(line)") }
        case "UNIT":
            if format != .openMetrics || name != family || !name.hasSuffix("_" + parts[3]) {
                faults.append("unit: \(line)")
            }
        case "HELP":
            if name != family { faults.append("help out of place: \(line)") }
            let help = parts[3].replacing("\\\\", with: "").replacing("\\n", with: "")
                .replacing("\\\"", with: "")
            if help.contains("\\") || (format == .openMetrics && help.contains("\"")) {
                faults.append("escape: \(line)")
            }
        default: faults.append("unknown: \(line)")
        }
    }

    private mutating func take(_ line: Substring) {
        guard let sample = parse(line) else { return faults.append("cannot read: \(line)") }
        let identity = sample.name + String(describing: sample.labels)
        if !seenSamples.insert(identity).inserted { faults.append("sample twice: \(line)") }
        if Set(sample.labels.map(\.0)).count != sample.labels.count {
            faults.append("label twice: \(line)")
        }
        guard let value = number(sample.value) else { return faults.append("value: \(line)") }
        let endings =
            switch kind {
            case "histogram": ["_bucket", "_count", "_sum"]
            case "counter" where format == .openMetrics: ["_total"]
            case "info": ["_info"]
            default: [""]
            }
        guard let ending = endings.first(where: { family + $0 == sample.name }) else {
            return faults.append("name: \(line)")
        }
        if kind == "counter" || kind == "histogram", value < 0 { faults.append("sign: \(line)") }
        if kind == "counter", !sample.name.hasSuffix("_total") { faults.append("name: \(line)") }
        if kind == "info", value != 1 { faults.append("info: \(line)") }
        let others = String(describing: sample.labels.filter { $0.0 != "le" })
        if ending == "_bucket" {
            let edge = sample.labels.first { $0.0 == "le" }.flatMap { number($0.1) }
            buckets[others, default: []].append((edge ?? .nan, value))
        }
        if ending == "_count" { counts[others] = value }
    }

    private mutating func closeFamily() {
        for (labels, found) in buckets {
            let edges = found.map(\.edge)
            let values = found.map(\.count)
            if edges.last != .infinity
                || zip(edges, edges.dropFirst()).contains(where: { $0 >= $1 })
                || zip(values, values.dropFirst()).contains(where: { $0 > $1 })
                || counts[labels] != values.last
            {
                faults.append("buckets of \(family) \(labels)")
            }
        }
        if counts.count != buckets.count { faults.append("counts of \(family)") }
        buckets = [:]
        counts = [:]
    }

    private func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.contains(where: { "nNiIxXpP_".contains($0) }) ? nil : Double(text)
        }
    }

    /// `name{label="value",…} value`, with nothing between or behind.
    private func parse(_ line: Substring) -> Sample? {
        var rest = line
        guard let name = word(&rest) else { return nil }
        var labels: [(String, String)] = []
        if rest.first == "{" {
            repeat {
                rest.removeFirst()
                guard let label = word(&rest), rest.hasPrefix("=\"") else { return nil }
                rest.removeFirst(2)
                guard let value = quoted(&rest) else { return nil }
                labels.append((label, value))
            } while rest.first == ","
            guard rest.first == "}" else { return nil }
            rest.removeFirst()
        }
        guard rest.first == " " else { return nil }
        rest.removeFirst()
        guard !rest.isEmpty, !rest.contains(" ") else { return nil }
        return Sample(name: name, labels: labels, value: String(rest))
    }

    private func word(_ rest: inout Substring) -> String? {
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard let first = word.first, !first.isNumber else { return nil }
        rest.removeFirst(word.count)
        return String(word)
    }

    private func quoted(_ rest: inout Substring) -> String? {
        var value = ""
        while let next = rest.popFirst() {
            switch next {
            case "\"": return value
            case "\\":
                switch rest.popFirst() {
                case "n": value.append("\n")
                case "\\": value.append("\\")
                case "\"": value.append("\"")
                default: return nil
                }
            default: value.append(next)
            }
        }
        return nil
    }
}
