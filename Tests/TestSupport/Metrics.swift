import Foundation

/// The samples of a `/metrics` text, read by a parser that forgives nothing.
package struct Metrics: Sendable {
    /// One sample line.
    package struct Sample: Sendable {
        package var name: String
        package var labels: [String: String]
        package var value: Double
    }

    package private(set) var samples: [Sample] = []
    /// Families by name, with the type that the text gives them.
    package private(set) var types: [String: String] = [:]

    /// Reads OpenMetrics 1.0: `# EOF` at the end, counters end in `_total`, families in one piece.
    package init(openMetrics text: String) throws {
        guard text.hasSuffix("# EOF\n") else { throw TestFault("no `# EOF` line at the end") }
        try self.init(text.dropLast("# EOF\n".count), isOpenMetrics: true)
    }

    /// Reads the Prometheus text format 0.0.4.
    package init(prometheus text: String) throws {
        guard !text.contains("# EOF") else { throw TestFault("`# EOF` in the older format") }
        try self.init(Substring(text), isOpenMetrics: false)
    }

    private init(_ text: Substring, isOpenMetrics: Bool) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw TestFault("no final line feed") }
        var family = ""
        var seen: Set<String> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("# ") {
                try readComment(line, &family)
                continue
            }
            let sample = try Self.parseSample(line)
            try check(sample, in: family, isOpenMetrics: isOpenMetrics, line)
            guard seen.insert(String(line[..<(line.lastIndex(of: " ") ?? line.endIndex)])).inserted
            else { throw TestFault("a series twice: \(line)") }
            samples.append(sample)
        }
        try checkHistograms()
    }

    private mutating func readComment(_ line: Substring, _ family: inout String) throws {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count >= 4 || (words.count == 3 && words[1] == "HELP"),
            ["HELP", "TYPE", "UNIT"].contains(words[1])
        else { throw TestFault("comment: \(line)") }
        let name = String(words[2])
        if words[1] == "TYPE" {
            let known = ["counter", "gauge", "histogram", "info", "unknown", "untyped"]
            guard known.contains(String(words[3])) else { throw TestFault("type: \(line)") }
            guard types[name] == nil else { throw TestFault("family \(name) twice") }
            types[name] = String(words[3])
        }
        family = name
    }

    private func check(
        _ sample: Sample, in family: String, isOpenMetrics: Bool, _ line: Substring
    ) throws {
        guard let type = types[family] else { throw TestFault("no # TYPE before \(line)") }
        let endings: [String] =
            switch type {
            case "counter": isOpenMetrics ? ["_total", "_created"] : [""]
            case "histogram": ["_bucket", "_count", "_sum"] + (isOpenMetrics ? ["_created"] : [])
            case "info": ["_info"]
            default: [""]
            }
        guard endings.contains(where: { sample.name == family + $0 }) else {
            throw TestFault("\(sample.name) stands in family \(family) of type \(type)")
        }
        if type == "counter", !isOpenMetrics, !family.hasSuffix("_total") {
            throw TestFault("counter \(family) without _total")
        }
        if type != "gauge" && !(sample.value >= 0) { throw TestFault("negative: \(line)") }
    }

    private static func parseSample(_ line: Substring) throws -> Sample {
        let name = line.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard !name.isEmpty, name.first?.isNumber == false else {
            throw TestFault("sample: \(line)")
        }
        var rest = line.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest.removeFirst()
            while rest.first != "}" {
                let (label, value) = try parseLabel(&rest, line)
                guard labels.updateValue(value, forKey: label) == nil else {
                    throw TestFault("label twice: \(line)")
                }
                if rest.first == "," {
                    rest.removeFirst()
                } else if rest.first != "}" {
                    throw TestFault("labels: \(line)")
                }
            }
            rest.removeFirst()
        }
        guard rest.first == " ", let value = parseNumber(rest.dropFirst()) else {
            throw TestFault("value: \(line)")
        }
        return Sample(name: String(name), labels: labels, value: value)
    }

    private static func parseLabel(
        _ rest: inout Substring, _ line: Substring
    ) throws -> (String, String) {
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty, rest.hasPrefix("=\"") else { throw TestFault("label: \(line)") }
        rest = rest.dropFirst(2)
        var value = ""
        while let character = rest.popFirst(), character != "\"" {
            guard character == "\\" else {
                value.append(character)
                continue
            }
            switch rest.popFirst() {
            case "n": value.append("\n")
            case "\\": value.append("\\")
            case "\"": value.append("\"")
            default: throw TestFault("escape: \(line)")
            }
        }
        return (String(name), value)
    }

    private static func parseNumber(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": return .infinity
        case "-Inf": return -.infinity
        case "NaN": return .nan
        default:
            guard text.allSatisfy({ $0.isNumber || "+-.eE".contains($0) }) else { return nil }
            return Double(text)
        }
    }

    /// Buckets rise with `le`, end with `+Inf`, and the last one equals the count.
    private func checkHistograms() throws {
        for family in types.filter({ $0.value == "histogram" }).keys {
            var groups: [[String: String]: [(le: Double, value: Double)]] = [:]
            for sample in samples where sample.name == family + "_bucket" {
                var labels = sample.labels
                guard let edge = labels.removeValue(forKey: "le"),
                    let le = Self.parseNumber(Substring(edge))
                else { throw TestFault("\(family): a bucket without le") }
                groups[labels, default: []].append((le, sample.value))
            }
            for (labels, buckets) in groups {
                for (lower, upper) in zip(buckets, buckets.dropFirst())
                where lower.le >= upper.le || lower.value > upper.value {
                    throw TestFault("\(family)\(labels): buckets do not rise at \(upper)")
                }
                let count = samples.first { $0.name == family + "_count" && $0.labels == labels }
                guard let last = buckets.last, last.le == .infinity, last.value == count?.value
                else { throw TestFault("\(family)\(labels): +Inf is not the count") }
            }
        }
    }

    /// The samples of that name whose labels include the given ones.
    package func all(_ name: String, _ labels: [String: String] = [:]) -> [Sample] {
        samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
    }

    /// The sum of those samples; 0 when there is none.
    package func sum(_ name: String, _ labels: [String: String] = [:]) -> Double {
        all(name, labels).reduce(0) { $0 + $1.value }
    }
}
