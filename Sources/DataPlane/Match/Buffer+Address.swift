import Bytes
import Reactor

extension Buffer {
    /// Appends an address without its port: dotted, or RFC 5952's form; up to 45 bytes of room.
    mutating func append(address: SocketAddress) {
        guard address.isIPv6 else {
            for index in 0..<4 {
                if index > 0 { append(0x2e) }
                append(decimal: address[byte: index])
            }
            return
        }
        let zeros = address.longestZeroRun
        var index = 0
        while index < 8 {
            if !zeros.isEmpty && index == zeros.lowerBound {
                append("::")
                index = zeros.upperBound
                continue
            }
            if index > 0 && index != zeros.upperBound { append(0x3a) }
            append(hexadecimal: UInt64(address.group(index)))
            index += 1
        }
    }

    /// Appends a number of at most three digits.
    private mutating func append(decimal byte: UInt8) {
        if byte >= 100 { append(0x30 + byte / 100) }
        if byte >= 10 { append(0x30 + byte / 10 % 10) }
        append(0x30 + byte % 10)
    }

    /// Appends 36 bytes: a version 4 UUID of these random bits (RFC 9562 §5.4).
    mutating func append(uuidFrom first: UInt64, _ second: UInt64) {
        let high = first & 0xffff_ffff_ffff_0fff | 0x4000
        let low = second & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        var text = InlineArray<36, UInt8>(repeating: 0x2d)
        var place = 0
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { place += 1 }
            let word = index < 16 ? high : low
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (index & 15)) & 15)
            text[place] = digit < 10 ? digit &+ 0x30 : digit &+ 0x57
            place += 1
        }
        append(text.span)
    }
}

extension SocketAddress {
    /// One of the eight groups of an IPv6 address.
    fileprivate func group(_ index: Int) -> UInt16 {
        UInt16(self[byte: 2 * index]) << 8 | UInt16(self[byte: 2 * index + 1])
    }

    /// The first longest run of two or more zero groups (RFC 5952 §4.2); empty if none.
    fileprivate var longestZeroRun: Range<Int> {
        var best = 0..<0
        var start = 0
        for index in 0...8 {
            if index < 8 && group(index) == 0 { continue }
            if index - start > max(best.count, 1) { best = start..<index }
            start = index + 1
        }
        return best
    }
}
