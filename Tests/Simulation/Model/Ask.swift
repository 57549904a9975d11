/// One request of a client, and what became of it.
package final class Ask {
    /// Its number, which its path, its bodies and its answer bear.
    package let number: Int
    package let client: Int
    package let host: String
    package let method: String
    /// Bytes of the request's body; nil for none.
    package let bodySize: Int?
    package let isChunked: Bool
    /// Bytes of the body that it is to be answered with.
    package let answerSize: Int
    package var user: String?
    package var cookie: String?
    /// Its client ends the connection with it.
    package var closes = false
    /// Its client speaks TLS.
    package var isSealed = false
    /// Its client speaks HTTP/2.
    package var isMultiplexed = false
    /// Its head comes so slowly that it may be refused.
    package var isSlow = false
    /// Its client may take longer to read what was said last than it is listened to.
    package var isReadSlowly = false
    /// It asks for a WebSocket, over which its client says so many bytes; nil when it does not.
    package var tunnelSize: Int?
    /// Its client has said all of that, and that this was all.
    package var hasSaidAll = false

    package var sentAt: UInt64?
    /// Every time that an upstream saw it.
    package internal(set) var attempts: [Attempt] = []
    package internal(set) var outcome: Outcome?
    /// Its client gave up on it, or did not keep to the rules.
    package var isForsaken = false

    /// How an ask ended, as its client saw it.
    package enum Outcome: Equatable, Sendable {
        case answered(by: Place)
        /// By the gateway itself.
        case refused(status: Int)
        case cut
    }

    package init(
        number: Int, client: Int, host: String, method: String, bodySize: Int?, isChunked: Bool,
        answerSize: Int
    ) {
        self.number = number
        self.client = client
        self.host = host
        self.method = method
        self.bodySize = bodySize
        self.isChunked = isChunked
        self.answerSize = answerSize
    }

    package var path: String { "/ask/\(number)" }
    /// Whether it may be asked twice without harm.
    package var isIdempotent: Bool { method != "POST" }
    /// The key of its WebSocket: 16 bytes in Base64 (RFC 6455 §4.1).
    package var key: String {
        let text = "\(number)"
        return String(repeating: "0", count: 21 - text.count) + text + "A=="
    }
    /// Bytes that an upstream hears behind its head.
    package var sizeUp: Int { tunnelSize ?? bodySize ?? 0 }
    package var requestSeed: UInt64 { UInt64(number) &* 0x1_0000_0001 &+ 7 }

    /// The number in a path, if that is one of ours.
    package static func number(in path: String) -> Int? {
        path.hasPrefix("/ask/") ? Int(path.dropFirst(5)) : nil
    }
}
