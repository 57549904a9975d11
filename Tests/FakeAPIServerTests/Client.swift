import FakeAPIServer
import TestSupport

/// A plain client of the fake: every request has a connection of its own.
struct Client {
    let server: FakeAPIServer
    var token: String?
    var userAgent = "tests/1.0"

    init(_ server: FakeAPIServer, token: String? = nil) {
        self.server = server
        self.token = token
    }

    /// What was answered.
    struct Answer {
        var message: Message
        var status: Int { message.status }
        /// The body as JSON, null where it is none.
        var object: JSONValue { (try? JSONValue(text: message.bodyText)) ?? nil }
        var reason: String? { object["reason"].text }
        var text: String { object["message"].text ?? "" }
        var version: String { object["metadata"]["resourceVersion"].text ?? "" }
    }

    func head(
        _ method: String, _ path: String, length: Int?, type: String?, _ fields: [String]
    ) -> String {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: \(server.address)"]
        lines.append("User-Agent: \(userAgent)")
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let length { lines.append("Content-Length: \(length)") }
        if let type { lines.append("Content-Type: \(type)") }
        return (lines + fields).joined(separator: "\r\n") + "\r\n\r\n"
    }

    @discardableResult
    func ask(
        _ method: String, _ path: String, _ body: String? = nil,
        type: String? = "application/json", _ fields: String...
    ) throws -> Answer {
        let head = head(
            method, path, length: body?.utf8.count, type: body == nil ? nil : type,
            fields + ["Connection: close"])
        let message = try RawClient.ask(
            port: server.port, head + (body ?? ""), method: method, within: .seconds(20))
        return Answer(message: message)
    }

    @discardableResult
    func get(_ path: String, _ fields: String...) throws -> Answer {
        let head = head("GET", path, length: nil, type: nil, fields + ["Connection: close"])
        return Answer(
            message: try RawClient.ask(port: server.port, head, within: .seconds(20)))
    }

    @discardableResult
    func create(_ object: JSONValue, _ query: String = "") throws -> Answer {
        guard let resource = Resource(of: object) else { throw TestFault("kind of \(object)") }
        let namespace = object["metadata"]["namespace"].text ?? "default"
        return try ask("POST", resource.path(namespace: namespace) + query, object.description)
    }

    @discardableResult
    func put(_ object: JSONValue, _ part: String = "") throws -> Answer {
        guard let resource = Resource(of: object) else { throw TestFault("kind of \(object)") }
        let namespace = object["metadata"]["namespace"].text ?? "default"
        let path = resource.path(namespace: namespace, name: object["metadata"]["name"].text)
        return try ask("PUT", path + part, object.description)
    }

    @discardableResult
    func patch(_ path: String, _ patch: JSONValue) throws -> Answer {
        try ask("PATCH", path, patch.description, type: "application/merge-patch+json")
    }

    /// Begins a watch and reads the head of its answer.
    func watch(_ path: String, _ fields: String...) throws -> Watch {
        try Watch(server.port, head("GET", path, length: nil, type: nil, fields))
    }
}

/// A watch that is read event by event.
final class Watch {
    let client: RawClient
    let head: Message
    private var message: Message
    private var bytes: [UInt8] = []

    init(_ port: UInt16, _ head: String, receiveBuffer: Int32? = nil) throws {
        client = try RawClient(port: port, receiveBuffer: receiveBuffer)
        try client.send(head)
        message = try client.readResponseHead()
        message.framing = .chunked
        self.head = message
    }

    /// The next event; nil when the server has ended the watch.
    func next(within limit: Duration = .seconds(10)) throws -> JSONValue? {
        while true {
            if let end = bytes.firstIndex(of: 10) {
                let line = String(decoding: bytes[..<end], as: UTF8.self)
                bytes.removeSubrange(...end)
                return try JSONValue(text: line)
            }
            guard let chunk = try client.readChunk(of: &message, within: limit) else {
                return nil
            }
            bytes += chunk
        }
    }

    /// The next event, in short: type, name and resourceVersion.
    func nextName(within limit: Duration = .seconds(10)) throws -> String {
        guard let event = try next(within: limit) else { return "end" }
        return "\(event["type"].text ?? "") \(event["object"]["metadata"]["name"].text ?? "")"
    }

    /// What came of an event that is not whole.
    var rest: String { String(decoding: bytes, as: UTF8.self) }
}
