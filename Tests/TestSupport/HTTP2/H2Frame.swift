/// One HTTP/2 frame, right or wrong: nothing in it is checked (RFC 9113 §4.1).
package struct H2Frame: Sendable, Equatable {
    /// The type of a frame; any byte may be one.
    package struct Kind: RawRepresentable, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let data = Kind(rawValue: 0)
        package static let headers = Kind(rawValue: 1)
        package static let priority = Kind(rawValue: 2)
        package static let reset = Kind(rawValue: 3)
        package static let settings = Kind(rawValue: 4)
        package static let pushPromise = Kind(rawValue: 5)
        package static let ping = Kind(rawValue: 6)
        package static let goAway = Kind(rawValue: 7)
        package static let windowUpdate = Kind(rawValue: 8)
        package static let continuation = Kind(rawValue: 9)
    }

    /// The flags of a frame; what a bit means depends on the type.
    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let endStream = Flags(rawValue: 0x1)
        package static let acknowledge = Flags(rawValue: 0x1)
        package static let endHeaders = Flags(rawValue: 0x4)
        package static let padded = Flags(rawValue: 0x8)
        package static let priority = Flags(rawValue: 0x20)
        /// What a request without a body needs.
        package static let whole: Flags = [.endHeaders, .endStream]
    }

    package static let headSize = 9
    package static let payloadMax = (1 << 24) - 1

    package var kind: Kind
    package var flags: Flags
    /// With the reserved bit, which may be set.
    package var stream: UInt32
    package var payload: [UInt8]

    package init(
        _ kind: Kind, _ flags: Flags = [], stream: UInt32 = 0, payload: [UInt8] = []
    ) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    /// The frame as it stands on the wire.
    package var bytes: [UInt8] { Self.head(payload.count, kind, flags, stream) + payload }

    /// The nine bytes before a payload, whose length may be a lie.
    package static func head(
        _ length: Int, _ kind: Kind, _ flags: Flags = [], _ stream: UInt32 = 0
    ) -> [UInt8] {
        precondition((0...payloadMax).contains(length))
        return Array(bigEndian(UInt32(length)).dropFirst()) + [kind.rawValue, flags.rawValue]
            + bigEndian(stream)
    }

    /// Takes the frame at the start of `bytes`; nil when it is not whole yet.
    package init?(decoding bytes: ArraySlice<UInt8>) {
        guard bytes.count >= Self.headSize else { return nil }
        let start = bytes.startIndex
        let length = Int(Self.number([0] + bytes.prefix(3)))
        guard bytes.count >= Self.headSize + length else { return nil }
        kind = Kind(rawValue: bytes[start + 3])
        flags = Flags(rawValue: bytes[start + 4])
        stream = Self.number(bytes[(start + 5)..<(start + 9)])
        payload = Array(bytes[(start + Self.headSize)...].prefix(length))
    }

    /// The four bytes of a number, the highest first.
    package static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }

    /// The number that up to four bytes make, the highest first.
    package static func number(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The payload of a DATA or HEADERS frame without padding and priority; nil when they lie.
    package var content: ArraySlice<UInt8>? {
        var rest = payload[...]
        if flags.contains(.padded) {
            guard let count = rest.popFirst(), Int(count) <= rest.count else { return nil }
            rest = rest.dropLast(Int(count))
        }
        if kind == .headers && flags.contains(.priority) {
            guard rest.count >= 5 else { return nil }
            rest = rest.dropFirst(5)
        }
        return rest
    }
}

extension H2Frame: CustomStringConvertible {
    package var description: String {
        let names = [
            "DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING",
            "GOAWAY", "WINDOW_UPDATE", "CONTINUATION",
        ]
        let number = Int(kind.rawValue)
        let name = number < names.count ? names[number] : "type \(number)"
        return "\(name) on \(stream), flags \(flags.rawValue), \(payload.count) bytes"
    }
}
