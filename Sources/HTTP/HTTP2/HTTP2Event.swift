package import Bytes

/// Something that a session noticed in a call, in the order in which it happened.
package struct HTTP2Event: BitwiseCopyable, Sendable {
    /// What happened; the numbers' meaning stands beside each.
    package enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// A client begins a stream; its slot is the connection's from now on.
        case opened
        /// A head is whole: `start` and `count` are its text's place in the workspace's texts, and
        /// `code` says how many fields' marks lie behind that (`HTTP2Head`).
        case head
        /// The same, and no body follows.
        case headAtEnd
        /// A head that no message can begin with: `code` is the `HeadFault`, `start` and `count` are the
        /// place of its method in the texts, as far as that came.
        case badHead
        /// Body bytes: `start` and `count` are their place in what was given to `receive`.
        case data
        /// The body is over.
        case end
        /// The same, with trailers behind it: `start` and `count` are their place in the texts,
        /// `code` is one more than the number of their `grpc-status` (0 to 255), 0 without it.
        case trailers
        /// The stream is over and its slot to be freed: `code` is RFC 9113's error code, 0 for none.
        case closed
        /// The other side broke a rule: `code` is the `HTTP2Fault`.
        case fault
        /// `output` has room again.
        case room
        /// The other side wants to end: `code` is RFC 9113's error code.
        case goAway
        /// Its settings changed.
        case settings
    }

    package let kind: Kind
    /// The stream; none where the whole connection is meant.
    package let stream: Handle
    package let code: UInt32
    package let start: Int32
    package let count: Int32

    init(_ kind: Kind, _ stream: Handle, code: UInt32 = 0, start: Int = 0, count: Int = 0) {
        self.kind = kind
        self.stream = stream
        self.code = code
        self.start = Int32(start)
        self.count = Int32(count)
    }

    /// What an event is to the one before it.
    package enum Continuation: BitwiseCopyable {
        /// Another message's.
        case none
        /// It goes on with the same message, so that what came before may wait for it.
        case more
        /// It ends the same message.
        case end
    }

    /// What the event is to the one before it.
    func continuation(of event: HTTP2Event) -> Continuation {
        if stream != event.stream { return .none }
        return switch kind {
        case .data: .more
        case .end, .trailers: .end
        default: .none
        }
    }

    /// The place of a head's text and of the marks behind it.
    package var headRange: Range<Int> {
        Int(start)..<Int(start) + Int(count) + HTTP2Head.markBytes(of: Int(code))
    }

    /// The place that the kind speaks of.
    package var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}
