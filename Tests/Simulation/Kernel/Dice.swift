/// Every random choice of a simulation comes from here, and so from its seed: SplitMix64.
package final class Dice {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package func word() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    /// A number from 0 to one below the bound, which is at least 1.
    package func below(_ bound: Int) -> Int {
        Int(word().multipliedFullWidth(by: UInt64(bound)).high)
    }

    package func between(_ least: Int, _ most: Int) -> Int { least + below(most - least + 1) }

    /// True so many times in a thousand.
    package func chance(_ thousandths: Int) -> Bool { below(1000) < thousandths }

    /// As likely small as large: a size with an even logarithm.
    package func size(upTo most: Int) -> Int {
        let bits = below(most.bitWidth - most.leadingZeroBitCount + 1)
        return min(most, below(1 << bits) + 1)
    }

    package func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}
