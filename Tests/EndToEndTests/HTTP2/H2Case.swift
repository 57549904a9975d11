import TestSupport
import Testing

/// One thing that a client does on a connection of its own, and what must come of it.
struct H2Case: Sendable, CustomTestStringConvertible {
    /// What must come of it.
    enum Expected: Sendable {
        /// RST_STREAM with one of the codes, after which the connection goes on; or GOAWAY with one,
        /// since an endpoint may always do more (RFC 9113 §5.4.2).
        case streamError([H2Code])
        /// GOAWAY with one of the codes and the end of the connection, or its plain end.
        case connectionError([H2Code])
        /// A stream error of one of the codes, or a connection that goes on as if nothing had come:
        /// both are allowed for what may have been under way.
        case errorOrNothing([H2Code])
        /// RST_STREAM or GOAWAY with PROTOCOL_ERROR, or an answer with one of the statuses.
        case refused([Int])
        /// A whole answer on the stream, and no error.
        case answered(Int, on: UInt32)
        /// A connection that goes on, and no error.
        case alive
        /// No error, while the connection may end: `act` has seen all that must be seen.
        case checked
    }

    /// With the section of the rule.
    let name: String
    let expected: Expected
    /// Whether `act` begins with the preface and SETTINGS already sent.
    let isStarted: Bool
    /// Sends frames, and for what is no error may read and check.
    let act: @Sendable (H2Client) throws -> Void

    init(
        _ name: String, _ expected: Expected, isStarted: Bool = true,
        act: @escaping @Sendable (H2Client) throws -> Void
    ) {
        self.name = name
        self.expected = expected
        self.isStarted = isStarted
        self.act = act
    }

    var testDescription: String { name }

    /// A request on stream 1 that must be refused.
    static func refused(
        _ name: String, _ fields: [FieldLine], statuses: [Int] = [400]
    ) -> H2Case {
        H2Case(name, .refused(statuses)) { try $0.send(.headers(1, fields)) }
    }

    /// A request on stream 1 that must be answered with 200.
    static func answered(_ name: String, _ fields: [FieldLine]) -> H2Case {
        H2Case(name, .answered(200, on: 1)) { try $0.send(.headers(1, fields)) }
    }

    /// A header block on stream 1 that the decoder must not take.
    static func undecodable(
        _ name: String, _ write: @escaping @Sendable (inout HPACKWriter) -> Void
    ) -> H2Case {
        H2Case(name, .connectionError([.compressionError])) { client in
            let start = HPACKWriter.block(pseudo())
            try client.send(.headers(1, start + HPACKWriter.block(write)))
        }
    }
}
