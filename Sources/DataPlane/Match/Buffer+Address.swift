import Bytes
import Reactor

extension Buffer {
    /// Appends an address without its port: dotted, or RFC 5952's form; up to 45 bytes of room.
    mutating func append(address: SocketAddress) {
        guard address.isIPv6 else {
            for index in 0..<4 {
                if index > 0 { append(0x2e) }
                append(decimal: UInt64(address[byte: index]))
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

    /// Appends 36 bytes: a version 4 UUID of these random bits (RFC 9562 §5.4).
    mutating func append(uuidFrom first: UInt64, _ second: UInt64) {
        let high = first & 0xffff_ffff_ffff_0fff | 0x4000
        let low = second & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        append(digits: high >> 32, 8)
        append(0x2d)
        append(digits: high >> 16, 4)
        append(0x2d)
        append(digits: high, 4)
        append(0x2d)
        append(digits: low >> 48, 4)
        append(0x2d)
        append(digits: low, 12)
    }

    /// Appends the lowest `count` hexadecimal digits, with leading zeros.
    private mutating func append(digits value: UInt64, _ count: Int) {
        var shift = UInt64(4 * (count - 1))
        while true {
            let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
            append(digit < 10 ? digit &+ 0x30 : digit &+ 0x57)
            if shift == 0 { return }
            shift -= 4
        }
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
