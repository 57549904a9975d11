extension NetworkSource {
    /// The address with the bits that count; IPv4 in IPv6 form becomes plain IPv4.
    var plain: (address: ClientAddress, prefix: Int) {
        var words: [UInt64] = [0, 0]
        for (index, byte) in ip.enumerated() {
            words[index / 8] |= UInt64(byte) << UInt64(56 - 8 * (index % 8))
        }
        let isIPv6 = ip.count == 16
        let address = ClientAddress(high: words[0], low: words[1], isIPv6: isIPv6)
        guard isIPv6, !address.isIPv6 else { return (address, prefix) }
        // Wider than the mapped addresses: then it is a network of IPv6.
        if prefix < 96 { return (ClientAddress(plainIPv6: words[0], words[1]), prefix) }
        return (address, prefix - 96)
    }
}
