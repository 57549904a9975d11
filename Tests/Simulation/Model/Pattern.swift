import Glibc

/// Bytes that tell whose they are and where they belong: no two exchanges share eight of them in a
/// row.
package enum Pattern {
    /// Bytes of the body with that seed, from an offset.
    package static func bytes(_ seed: UInt64, from offset: Int, count: Int) -> [UInt8] {
        // The library (6.3) writes the count of no elements too, where all empty arrays have it.
        if count == 0 { return [] }
        let first = offset / 8
        let words = (offset + count + 7) / 8 - first
        let all = [UInt64](unsafeUninitializedCapacity: words) { room, filled in
            for index in 0..<words {
                let place = UInt64(truncatingIfNeeded: first + index)
                room[index] = (seed ^ place) &* 0x9e37_79b9_7f4a_7c15
            }
            filled = words
        }
        return all.withUnsafeBytes { words in
            [UInt8](unsafeUninitializedCapacity: count) { room, filled in
                if let from = words.baseAddress, let to = room.baseAddress {
                    memcpy(to, from + (offset - first * 8), count)
                }
                filled = count
            }
        }
    }

    /// Whether these are the body's bytes from that offset.
    package static func matches(_ bytes: [UInt8], _ seed: UInt64, at offset: Int) -> Bool {
        let expected = Self.bytes(seed, from: offset, count: bytes.count)
        return bytes.withUnsafeBytes { one in
            expected.withUnsafeBytes { other in
                guard let one = one.baseAddress, let other = other.baseAddress else { return true }
                return memcmp(one, other, bytes.count) == 0
            }
        }
    }
}
