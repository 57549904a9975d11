import Synchronization
import TestSupport

/// A request as its upstream sees it, and the way to answer it.
final class PairExchange: Sendable {
    let stream: any PairStream
    /// The request's head.
    let head: H2Message
    /// Which connection of its upstream it came over, from 0.
    let connection: Int
    private let whole = Mutex<H2Message?>(nil)

    init(_ stream: any PairStream, head: H2Message, connection: Int) {
        self.stream = stream
        self.head = head
        self.connection = connection
    }

    var method: String { head.method }
    var path: String { head.path }
    /// The whole request, once it was read.
    var request: H2Message? { whole.withLock { $0 } }

    /// Reads the rest of the request.
    @discardableResult
    func readRequest(within limit: Duration = .seconds(20)) throws -> H2Message {
        var message = head
        try stream.readRest(of: &message, within: limit)
        whole.withLock { [message] in $0 = message }
        return message
    }

    /// Sends an interim response.
    func interim(_ status: Int, _ fields: (String, String)...) throws {
        try stream.sendHead(Self.fields(status, fields), isLast: false)
    }

    /// Sends a head with a body to follow, whose length is unknown unless a field says it.
    func begin(_ status: Int = 200, _ fields: (String, String)...) throws {
        try stream.sendHead(Self.fields(status, fields), isLast: false)
    }

    /// Sends a head without a body.
    func answerBare(_ status: Int, _ fields: (String, String)...) throws {
        try stream.sendHead(Self.fields(status, fields), isLast: true)
    }

    /// Sends a whole response that says its length.
    func answer(_ status: Int = 200, _ fields: (String, String)..., body: String = "") throws {
        let length = ("content-length", "\(body.utf8.count)")
        try stream.sendHead(Self.fields(status, fields + [length]), isLast: body.isEmpty)
        if !body.isEmpty { try stream.send(body, isLast: true) }
    }

    func send(_ text: String, isLast: Bool = false) throws {
        try stream.send(text, isLast: isLast)
    }

    /// Ends the response.
    func end(_ trailers: (String, String)...) throws {
        if trailers.isEmpty { return try stream.send("", isLast: true) }
        try stream.sendTrailers(trailers.map { FieldLine($0.0, $0.1) })
    }

    /// Reads the request and answers with its body, or with `hello`.
    func echo() throws {
        let body = try readRequest().bodyText
        try answer(body: body.isEmpty ? "hello" : body)
    }

    /// What only HTTP/2 has; throws over HTTP/1.
    func shared() throws -> SharedStream {
        guard let shared = stream as? SharedStream else { throw TestFault("HTTP/1") }
        return shared
    }

    private static func fields(_ status: Int, _ more: [(String, String)]) -> [FieldLine] {
        [FieldLine(":status", "\(status)")] + more.map { FieldLine($0.0, $0.1) }
    }
}
