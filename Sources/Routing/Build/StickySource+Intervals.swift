extension StickySource {
    /// The name of the field or cookie that holds the key; an address has none.
    var name: String {
        switch key {
        case .cookie: "weir-split"
        case .header(let name): name
        case .address: ""
        }
    }

    /// Where each share's interval ends on the line of a million positions, in `order`.
    ///
    /// Weights that sum to a million keep their lengths; others are scaled, rounding down.
    func ends(weights: [UInt32]) -> [UInt32] {
        let total = weights.reduce(0) { $0 + UInt64($1) }
        var sum: UInt64 = 0
        return order.map { share in
            sum += UInt64(weights[share])
            return total == 0 ? 0 : UInt32(sum * UInt64(Share.whole) / total)
        }
    }
}
