/// Numbers as people read them.
package enum Figures {
    /// A ratio of 0 to 1 as percent with up to `decimals` of them; `-` for none.
    package static func percent(_ ratio: Double?, decimals: Int = 1) -> String {
        guard let ratio else { return "-" }
        return fixed(ratio * 100, decimals: decimals) + " %"
    }

    /// A number with so many decimals; 0 to 3 of them.
    package static func fixed(_ number: Double, decimals: Int) -> String {
        let scale = [1.0, 10, 100, 1000][decimals]
        let scaled = Int64((number.magnitude * scale).rounded())
        let sign = number < 0 && scaled != 0 ? "-" : ""
        if decimals == 0 { return sign + String(scaled) }
        let digits = String(scaled % Int64(scale))
        let zeros = String(repeating: "0", count: decimals - digits.count)
        return "\(sign)\(scaled / Int64(scale)).\(zeros)\(digits)"
    }

    /// Seconds as milliseconds with one decimal; `-` for none.
    package static func milliseconds(_ seconds: Double?) -> String {
        guard let seconds else { return "-" }
        return fixed(seconds * 1000, decimals: 1) + " ms"
    }
}
