package import Bytes

/// Where something lies in the bytes that a head was read from: offset and length.
///
/// A head is at most 60 KiB, so both fit sixteen bits.
@frozen
public struct Slice: BitwiseCopyable, Equatable, Sendable {
    /// Bytes before it, and its own.
    public var start: UInt16
    public var count: UInt16

    @inlinable
    public init(start: Int, count: Int) {
        self.start = UInt16(start)
        self.count = UInt16(count)
    }

    @inlinable
    public static var empty: Slice { Slice(start: 0, count: 0) }

    @inlinable
    public var isEmpty: Bool { count == 0 }
    @inlinable
    public var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// One field of a head: where its name and its value (without surrounding blanks) lie.
package struct Field: BitwiseCopyable, Sendable {
    package var name: Slice
    package var value: Slice
    package var known: FieldName
    /// Not forwarded as it came: it belongs to this connection, or the gateway writes it anew.
    ///
    /// Codecs set it for Host, framing and hop-by-hop fields; whoever replaces or strips a field
    /// sets it too, and the encoder leaves the field out.
    package var isDropped: Bool

    package init(name: Slice, value: Slice, known: FieldName, isDropped: Bool = false) {
        self.name = name
        self.value = value
        self.known = known
        self.isDropped = isDropped
    }
}

/// How the body's end is known (RFC 9112 §6.3).
package enum BodyFraming: Equatable, Sendable {
    /// No body.
    case none
    /// Exactly this many bytes.
    case length(UInt64)
    case chunked
    /// A response that ends with its connection.
    case untilClose

    /// Whether it is known that no byte comes.
    ///
    /// Where exchanges pass, these are asked instead of `==`, which takes a call through a table of
    /// witnesses when it is another module's (6.3).
    package var isEmpty: Bool {
        switch self {
        case .none, .length(0): true
        default: false
        }
    }

    /// Whether there is no body.
    package var isNone: Bool {
        if case .none = self { true } else { false }
    }
}

/// A request method (RFC 9110 §9); those that nobody here treats apart are `other`.
package enum Method: UInt8, Sendable {
    case get, head, post, put, delete, connect, options, trace, patch, other

    /// Whether repeating the request has the same effect as asking once (RFC 9110 §9.2.2).
    package var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .connect, .patch, .other: false
        }
    }
}

/// A checked message head: slices into the bytes that it was read from, and what they decide.
///
/// Filled by a codec, used again for the next message; it owns no text. The same type serves
/// requests and responses, HTTP/1 and HTTP/2.
package struct Head: ~Copyable {
    /// LIMIT: fields of one head (design: 100; the rest is refused with 431).
    package static let fieldsMax = 100

    package var fields: FixedArray<Field>

    // Requests.
    package var method = Method.other
    package var methodText = Slice.empty
    /// The target in origin form, byte for byte as sent; `*` for OPTIONS.
    ///
    /// A target in absolute form without a path leaves it empty, or beginning with `?`;
    /// `Buffer.append(requestLineOf:in:)` adds what is missing.
    package var target = Slice.empty
    /// The part of the target before `?`; never empty, `*` only for OPTIONS.
    package var path = Slice.empty
    /// Host with port, as sent (from Host, or from the target in absolute form).
    package var authority = Slice.empty
    /// Host without port and without a trailing dot, brackets kept; may hold upper-case letters.
    package var host = Slice.empty

    // Responses.
    package var status: UInt16 = 0
    package var reason = Slice.empty

    // Both.
    /// 0 for HTTP/1.0, 1 for HTTP/1.1, 2 for HTTP/2.
    package var version: UInt8 = 1
    package var framing = BodyFraming.none
    /// Content-Length as sent, also where no body follows (answers to HEAD, 304).
    package var declaredLength: UInt64?
    /// Whether the connection may serve another exchange after this message.
    package var keepsAlive = true
    package var expectsContinue = false
    /// `TE: trailers` was there.
    package var acceptsTrailers = false
    /// `Upgrade: websocket` with `Connection: upgrade`, where it means something: a GET without
    /// a body, a response with status 101.
    package var upgradesToWebSocket = false

    package init() { fields = FixedArray(capacity: Self.fieldsMax) }

    /// Back to an empty head.
    package mutating func reset() {
        fields.removeAll()
        method = .other
        methodText = .empty
        target = .empty
        path = .empty
        authority = .empty
        host = .empty
        status = 0
        reason = .empty
        version = 1
        framing = .none
        declaredLength = nil
        keepsAlive = true
        expectsContinue = false
        acceptsTrailers = false
        upgradesToWebSocket = false
    }
}
