internal import Bytes

/// The networks from which a path or a rule may be reached.
struct AccessView {
    let block: BlockView
    let offset: Int

    var count: Int { Int(block.load32(at: offset + Layout.Access.count)) }

    /// Whether one of the networks holds the client.
    func holds(_ address: ClientAddress) -> Bool {
        for index in 0..<count where network(index, holds: address) { return true }
        return false
    }

    private func network(_ index: Int, holds address: ClientAddress) -> Bool {
        let network = offset + Layout.Access.networks + index * Layout.Network.size
        let isIPv6 = block.load32(at: network + Layout.Network.isIPv6) != 0
        guard isIPv6 == address.isIPv6 else { return false }
        let prefix = block.load32(at: network + Layout.Network.prefix)
        let high = block.load64(at: network + Layout.Network.high) ^ address.high
        let low = block.load64(at: network + Layout.Network.low) ^ address.low
        // Shifts beyond a word give 0 in Swift, so an empty prefix holds everybody.
        if prefix <= 64 { return high >> UInt64(64 - prefix) == 0 }
        return high == 0 && low >> UInt64(128 - prefix) == 0
    }
}
