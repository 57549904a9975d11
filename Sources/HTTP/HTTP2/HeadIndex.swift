public import Bytes

/// Where the fields of a head lie in the text that we write of it, for HTTP/2, which sends them one
/// by one.
///
/// What is not noted does not go over HTTP/2: framing, and fields of the connection (RFC 9113
/// §8.2.2). Used again for the next head.
@frozen
public struct HeadIndex: ~Copyable {
    /// How HTTP/2 sends a field.
    @frozen
    public enum Kind: UInt8, BitwiseCopyable {
        case plain
        /// Host: `:authority` there.
        case authority
        /// Has another value each time: in the table of fields it would only displace others.
        case changing
    }

    @frozen
    @usableFromInline
    struct Line: BitwiseCopyable {
        /// Where the name begins; the value begins two bytes behind its end.
        @usableFromInline let start: UInt32
        @usableFromInline let nameCount: UInt32
        @usableFromInline let valueCount: UInt32
        @usableFromInline let kind: Kind
        /// The name is in lower case already.
        @usableFromInline let isLower: Bool

        @inlinable
        init(start: UInt32, nameCount: UInt32, valueCount: UInt32, kind: Kind, isLower: Bool) {
            self.start = start
            self.nameCount = nameCount
            self.valueCount = valueCount
            self.kind = kind
            self.isLower = isLower
        }
    }

    @usableFromInline var lines: FixedArray<Line>
    /// Heads of HTTP/1 need none.
    @usableFromInline var isNeeded = true

    package init() { lines = FixedArray(capacity: HTTP2Limits.fieldsMax) }

    /// Forgets the last head; the next one's fields are noted where that is needed.
    package mutating func begin(isNeeded: Bool) {
        lines.removeAll()
        self.isNeeded = isNeeded
    }

    /// Notes a field whose name begins at `start`, is as long as that, and ends with `: `.
    @inlinable
    @inline(__always)
    public mutating func note(
        at start: Int, name nameCount: Int, value valueCount: Int, as kind: Kind, isLower: Bool
    ) {
        if !isNeeded || lines.isFull { return }
        lines.append(
            Line(
                start: UInt32(truncatingIfNeeded: start),
                nameCount: UInt32(truncatingIfNeeded: nameCount),
                valueCount: UInt32(truncatingIfNeeded: valueCount), kind: kind,
                isLower: isLower))
    }

    /// Notes the fields of a parsed head that `Buffer.append(fieldsOf:in:)` writes at `start`.
    ///
    /// `areLower`: it came over HTTP/2, where names have no capitals.
    package mutating func note(fieldsOf head: borrowing Head, at start: Int, areLower: Bool) {
        if !isNeeded { return }
        var place = start
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            if field.isDropped { continue }
            let name = Int(field.name.count)
            let value = Int(field.value.count)
            note(
                at: place, name: name, value: value, as: Self.kind(of: field.known),
                isLower: areLower)
            place += name + value + 4
        }
    }

    /// Notes the lines of a text that we wrote, from `start` on; the head has the text at `offset`.
    ///
    /// `isRequest`: its Host is what HTTP/2 calls the authority.
    package mutating func note(
        linesOf text: Span<UInt8>, from start: Int, at offset: Int = 0, isRequest: Bool = false
    ) {
        if !isNeeded { return }
        var start = start
        while start < text.count, text[start] != 0x0d {
            let colon = ByteScan.first(0x3a, in: text, from: start)
            let end = ByteScan.first(0x0d, in: text, from: colon)
            guard end + 1 < text.count, colon + 2 <= end else { return }
            let known = FieldName(text.extracting(start..<colon))
            switch known {
            case .connection, .transferEncoding, .upgrade, .keepAlive, .proxyConnection,
                .http2Settings:
                break
            default:
                note(
                    at: offset + start, name: colon - start, value: end - colon - 2,
                    as: isRequest && known == .host ? .authority : Self.kind(of: known),
                    isLower: false)
            }
            start = end + 2
        }
    }

    private static func kind(of known: FieldName) -> Kind {
        switch known {
        case .xRequestID, .traceparent: .changing
        default: .plain
        }
    }
}
