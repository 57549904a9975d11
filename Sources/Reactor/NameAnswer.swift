/// What the name servers say of one name and one family of addresses.
package enum NameAnswer: Hashable, Sendable {
    /// LIMIT: addresses of one answer; the rest is left out.
    package static let addressesMax = 64

    /// These addresses, 4 or 16 bytes each, good for so many seconds.
    case found([[UInt8]], seconds: UInt32)
    /// The name has no such address, or is not there.
    case absent
    /// No server answered, or not in a way that can be used.
    case failed

    /// Reads an answer as it came over the wire (RFC 1035 §4); hostile bytes make `failed`.
    ///
    /// All addresses of the answer section count: the resolver has seen to it that the answer is
    /// one to the question, so what stands there belongs to the name or to its aliases.
    package init(_ bytes: Span<UInt8>, _ family: NameFamily) {
        var reader = Reader(bytes)
        guard reader.skip(4), let questions = reader.number(2), let answers = reader.number(2),
            reader.skip(4), (0..<questions).allSatisfy({ _ in reader.skipName() && reader.skip(4) })
        else {
            self = .failed
            return
        }
        var addresses: [[UInt8]] = []
        var seconds = UInt32.max
        for _ in 0..<answers {
            guard reader.skipName(), let type = reader.number(2), let kind = reader.number(2),
                let life = reader.number(4), let count = reader.number(2),
                let data = reader.take(count)
            else {
                self = .failed
                return
            }
            // RFC 2181 §8: a life with the highest bit set is none.
            seconds = min(seconds, life >> 31 == 0 ? UInt32(life) : 0)
            guard kind == 1, type == family.type, count == family.size else { continue }
            if addresses.count < Self.addressesMax { addresses.append(data) }
        }
        self = addresses.isEmpty ? .absent : .found(addresses, seconds: seconds)
    }

    /// Goes through a message; nil and false where it is too short.
    private struct Reader: ~Escapable {
        private let bytes: Span<UInt8>
        private var next = 0

        @_lifetime(copy bytes)
        init(_ bytes: Span<UInt8>) { self.bytes = bytes }

        mutating func skip(_ count: Int) -> Bool {
            guard count <= bytes.count - next else { return false }
            next += count
            return true
        }

        mutating func number(_ size: Int) -> Int? {
            guard skip(size) else { return nil }
            return (next - size..<next).reduce(0) { $0 << 8 | Int(bytes[$1]) }
        }

        mutating func take(_ count: Int) -> [UInt8]? {
            guard skip(count) else { return nil }
            return (next - count..<next).map { bytes[$0] }
        }

        /// A name ends with an empty label, or with two bytes that point elsewhere (§4.1.4).
        mutating func skipName() -> Bool {
            while let size = number(1) {
                if size == 0 { return true }
                if size >= 0xc0 { return skip(1) }
                guard size < 0x40, skip(size) else { return false }
            }
            return false
        }
    }
}
