import Routing

/// Percents to millionths.
package enum Shares {
    /// Sums to `Share.whole` exactly, by the largest remainder, ties to the earlier; all zero when
    /// the percents are.
    ///
    /// Percents are 0 or more.
    package static func millionths(_ percents: [Int64]) -> [UInt32] {
        let total = percents.reduce(0, +)
        guard total > 0 else { return percents.map { _ in 0 } }
        let whole = Int64(Share.whole)
        // Percents that sum to 100 leave nothing.
        if whole % total == 0 { return percents.map { UInt32($0 * (whole / total)) } }
        var shares = percents.map { $0 * whole / total }
        let missing = Int(whole - shares.reduce(0, +))
        let byRemainder = percents.indices.sorted { left, right in
            let leftRest = percents[left] * whole % total
            let rightRest = percents[right] * whole % total
            return leftRest != rightRest ? leftRest > rightRest : left < right
        }
        for index in byRemainder.prefix(missing) { shares[index] += 1 }
        return shares.map { UInt32($0) }
    }
}
