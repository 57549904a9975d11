/// A client's IP address as plain bytes: what access lists and sticky keys look at.
package struct ClientAddress: BitwiseCopyable, Hashable, Sendable {
    /// The address in network order: 16 bytes for IPv6; IPv4 is in the first four.
    package let high: UInt64
    package let low: UInt64
    package let isIPv6: Bool

    /// An IPv4 address in IPv6 form becomes plain IPv4 (RFC 4291 §2.5.5.2).
    package init(high: UInt64, low: UInt64, isIPv6: Bool) {
        let isMapped = isIPv6 && high == 0 && low >> 32 == 0xffff
        self.high = isMapped ? low << 32 : high
        self.low = isMapped ? 0 : low
        self.isIPv6 = isIPv6 && !isMapped
    }

    /// An IPv6 address as it is.
    init(plainIPv6 high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
        isIPv6 = true
    }

    /// Bytes of the address: 4 or 16.
    package var byteCount: Int { isIPv6 ? 16 : 4 }

    /// One byte of the address, in network order.
    package subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < byteCount)
        let word = index < 8 ? high : low
        return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
    }
}
