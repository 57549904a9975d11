/// Reads durations as Go writes them: `380s`, `1h2m`, `1.5h`.
enum GoDuration {
    private static let units: [String: Int64] = [
        "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
        "m": 60_000_000_000, "h": 3_600_000_000_000,
    ]

    /// Nil where the text is no duration or does not fit.
    static func nanoseconds(_ text: String) -> Int64? {
        var rest = Substring(text)
        var isNegative = false
        if let sign = rest.first, sign == "-" || sign == "+" {
            isNegative = sign == "-"
            rest = rest.dropFirst()
        }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let part = part(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            if overflow { return nil }
            total = sum
        }
        return isNegative ? -total : total
    }

    /// A number, a fraction if need be, and a unit.
    private static func part(_ rest: inout Substring) -> Int64? {
        let whole = digits(&rest)
        var fraction: Substring = ""
        if rest.first == "." {
            rest = rest.dropFirst()
            fraction = digits(&rest)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        let name = rest.prefix { $0 != "." && !$0.isNumber }
        rest = rest.dropFirst(name.count)
        guard let unit = units[String(name)], let number = whole.isEmpty ? 0 : Int64(whole)
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        if overflow { return nil }
        var part = product
        var scale = unit
        for digit in fraction {
            scale /= 10
            let (sum, overflow) = part.addingReportingOverflow(
                Int64(digit.wholeNumberValue ?? 0) * scale)
            if overflow { return nil }
            part = sum
        }
        return part
    }

    private static func digits(_ rest: inout Substring) -> Substring {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits
    }
}
