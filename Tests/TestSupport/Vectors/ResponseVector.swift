/// One response of an upstream, what a strict reader makes of it, and what the client must get.
package struct ResponseVector: CustomStringConvertible, Sendable {
    /// What becomes of the response.
    package enum Relayed: Sendable, Equatable {
        /// The client gets exactly this, less Date and Connection; the next exchange is as ever.
        case whole(String)
        /// 502 and the flag UPE; the connection to the client goes on.
        case refused
        /// What was good has been sent, at most this; the client's connection ends there.
        case cut(String)
    }

    package var name: String
    /// True when it answers a HEAD, otherwise a GET.
    package var isToHead = false
    package var input: [UInt8]
    package var expected: Outcome
    package var relayed: Relayed
    /// Where the rule stands.
    package var rule: String

    /// A response that is passed on, cut, or (with a fault in its head) refused.
    package init(
        _ name: String, isToHead: Bool = false, _ text: String, gives expected: Outcome,
        relays relayed: Relayed = .refused, _ rule: String
    ) {
        self.name = name
        self.isToHead = isToHead
        input = Array(text.utf8)
        self.expected = expected
        self.relayed = relayed
        self.rule = rule
    }

    /// The framing of a refused request in a response: the rules are the same.
    ///
    /// Nil where the request's line or Host is at fault.
    package init?(mirroring request: Vector) {
        let text = String(decoding: request.input, as: UTF8.self)
        let head = "POST / HTTP/1.1\r\nHost: a.example\r\n"
        guard case .refused = request.expected, text.hasPrefix(head) else { return nil }
        let good = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        self.init(
            request.name, "HTTP/1.1 200 OK\r\n" + text.dropFirst(head.count),
            gives: request.expected,
            relays: request.isRefusedInBody ? .cut(good + "5\r\nhello\r\n") : .refused,
            request.rule)
    }

    package var description: String { name }
}
