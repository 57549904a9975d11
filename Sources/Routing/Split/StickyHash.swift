/// The hash that places a client's key on a route's line of a million positions.
///
/// FNV-1a with 64 bits (Fowler, Noll and Vo) over the salt, one zero byte and the key, then the finalizer of
/// MurmurHash3, because FNV's high bits depend too little on the last bytes; the position is the
/// high word of the hash times a million. It is part of the gateway's promise: every replica,
/// and whoever wants to agree with it, computes the same.
struct StickyHash: BitwiseCopyable {
    /// After the salt and the zero byte the state can be kept and gone on with.
    private(set) var state: UInt64

    init(salt: Span<UInt8>) {
        state = 0xcbf2_9ce4_8422_2325
        append(salt)
        append(0)
    }

    /// Goes on from a kept state.
    init(state: UInt64) { self.state = state }

    mutating func append(_ byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    mutating func append(_ bytes: Span<UInt8>) {
        for index in bytes.indices { append(bytes[index]) }
    }

    /// The 32 digits of a key, as its cookie has them.
    mutating func append(_ key: StickyKey) {
        for index in 0..<32 { append(key.digit(index)) }
    }

    /// The bytes of an address, 4 or 16.
    mutating func append(_ address: ClientAddress) {
        for index in 0..<address.byteCount { append(address[index]) }
    }

    /// The hash of what was appended.
    var value: UInt64 {
        var word = state
        word = (word ^ word >> 33) &* 0xff51_afd7_ed55_8ccd
        word = (word ^ word >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return word ^ word >> 33
    }

    /// The hash's position on the line, 0 to 999,999.
    var position: UInt32 {
        UInt32(value.multipliedFullWidth(by: UInt64(Share.whole)).high)
    }
}
