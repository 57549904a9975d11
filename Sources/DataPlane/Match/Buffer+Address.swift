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
        // Eight digits, three times four, and twelve, with a dash between: in four words and a half.
        let dash = 0x2d as UInt64
        let start = Self.digits(UInt32(truncatingIfNeeded: high >> 32))
        let middle = Self.digits(UInt32(truncatingIfNeeded: high))
        let next = Self.digits(UInt32(truncatingIfNeeded: low >> 32))
        let end = Self.digits(UInt32(truncatingIfNeeded: low))
        append(bytesOf: start)
        append(bytesOf: dash | (middle << 32) >> 24 | dash << 40 | (middle >> 32) << 48)
        append(bytesOf: middle >> 48 | dash << 16 | (next << 32) >> 8 | dash << 56)
        append(bytesOf: next >> 32 | end << 32)
        append(bytesOf: UInt32(truncatingIfNeeded: end >> 32))
    }

    /// Eight hexadecimal digits in lower case, the first in the lowest byte.
    @inline(__always)
    private static func digits(_ word: UInt32) -> UInt64 {
        // The four bytes, first to last, into every second byte; then their halves side by side.
        var spread = UInt64(word.byteSwapped)
        spread = (spread | spread << 16) & 0x0000_ffff_0000_ffff
        spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff
        let low = 0x000f_000f_000f_000f as UInt64
        let halves = (spread >> 4) & low | (spread & low) << 8
        // One in each byte above nine.
        let letters = ((halves &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        return halves &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
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
