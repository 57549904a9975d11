import Synchronization
import TestSupport

/// An exchange over a connection of HTTP/1, which is its own while it lasts.
final class PlainStream: PairStream, @unchecked Sendable {
    private enum Framing { case none, length(Int), chunked, untilClose, ended }

    let connection: PlainConnection
    private let isClient: Bool
    /// Told when the exchange is over and the connection may take another.
    private let release: @Sendable (PlainConnection) -> Void
    private let ends = Mutex((sent: false, read: false, closes: false))
    /// The request's, for what its response may have; set before anything is read of that.
    private var method = ""
    /// Used by the sending thread only.
    private var sending = Framing.none
    /// Used by the reading thread only.
    private var reading: Framing?

    init(
        _ connection: PlainConnection, isClient: Bool,
        release: @escaping @Sendable (PlainConnection) -> Void = { _ in }
    ) {
        self.connection = connection
        self.isClient = isClient
        self.release = release
    }

    var socket: Socket { connection.socket }

    /// Whether both messages are whole and neither asked to close.
    var isOver: Bool { ends.withLock { $0.sent && $0.read && !$0.closes } }

    // MARK: Out

    func sendHead(_ fields: [FieldLine], isLast: Bool) throws {
        let pseudo = fields.filter { $0.name.hasPrefix(":") }
            .reduce(into: [:]) { $0[$1.name] = $1.value }
        var lines: [String]
        let status = pseudo[":status"].flatMap { Int($0) } ?? 0
        if isClient {
            method = pseudo[":method"] ?? ""
            lines = ["\(method) \(pseudo[":path"] ?? "") HTTP/1.1"]
            if let host = pseudo[":authority"] { lines.append("Host: \(host)") }
        } else {
            lines = ["HTTP/1.1 \(status) Reason"]
        }
        let plain = fields.filter { !$0.name.hasPrefix(":") }
        lines += plain.map { "\($0.name): \($0.value)" }
        let isInterim = (100..<200).contains(status)
        let length = plain.first { $0.name.lowercased() == "content-length" }?.value
        sending = length.flatMap { Int($0) }.map { .length($0) } ?? .chunked
        let isBare = isClient || isInterim || status == 204 || status == 304 || method == "HEAD"
        if isLast || isInterim {
            sending = .none
            if length == nil && !isBare { lines.append("Content-Length: 0") }
        } else if length == nil {
            lines.append("Transfer-Encoding: chunked")
        }
        try write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), .seconds(10))
        if isLast { note { $0.sent = true } }
    }

    func send(_ bytes: [UInt8], isLast: Bool, within limit: Duration) throws {
        switch sending {
        case .chunked:
            let size = Array((String(bytes.count, radix: 16) + "\r\n").utf8)
            let end = isLast ? Array("0\r\n\r\n".utf8) : []
            try write(bytes.isEmpty ? end : size + bytes + [13, 10] + end, limit)
        default: try write(bytes, limit)
        }
        if isLast { note { $0.sent = true } }
    }

    func sendTrailers(_ fields: [FieldLine]) throws {
        let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        try write(Array("0\r\n\(lines)\r\n".utf8), .seconds(10))
        note { $0.sent = true }
    }

    private func write(_ bytes: [UInt8], _ limit: Duration) throws {
        try connection.socket.write(bytes, by: .after(limit))
    }

    // MARK: In

    func next(within limit: Duration) throws -> PairPart {
        let deadline = Deadline.after(limit)
        switch reading {
        case nil: return try readHead(by: deadline)
        case .none?, .length(0):
            return end()
        case .length(let left):
            let bytes = try connection.readSome(atMost: left, by: deadline)
            if bytes.isEmpty { throw WireFault.ended("\(left) bytes before the end") }
            reading = .length(left - bytes.count)
            return .data(bytes)
        case .chunked:
            if let chunk = try connection.readChunk(by: deadline) { return .data(chunk) }
            let trailers = connection.trailers
            reading = Framing.none
            return trailers.isEmpty ? end() : .trailers(trailers.map(Self.lowered))
        case .untilClose:
            let bytes = try connection.readSome(by: deadline)
            note { $0.closes = true }
            return bytes.isEmpty ? end() : .data(bytes)
        case .ended: return .end
        }
    }

    private func end() -> PairPart {
        reading = .ended
        note { $0.read = true }
        return .end
    }

    private func readHead(by deadline: Deadline) throws -> PairPart {
        guard let head = try connection.readHead(by: deadline) else {
            throw WireFault.ended("no head")
        }
        var fields: [FieldLine]
        if isClient {
            fields = [.init(":status", "\(head.status)")]
        } else {
            method = head.method
            fields = [
                .init(":method", head.method), .init(":path", head.target),
                .init(":authority", head["Host"] ?? ""),
            ]
        }
        let isInterim = (100..<200).contains(head.status) && isClient
        if !isInterim { reading = framing(of: head) }
        if head.has("Connection", word: "close") { note { $0.closes = true } }
        // What frames the message and is said of the connection is no field of the exchange.
        let own = ["host", "transfer-encoding"]
        fields += head.fields.map(Self.lowered).filter {
            // TE says that it is this connection's only (RFC 9110 §10.1.4).
            !own.contains($0.name)
                && !($0.name == "connection"
                    && ($0.value == "close" || $0.value == "te" && head["TE"] != nil))
        }
        return .head(fields)
    }

    private static func lowered(_ line: FieldLine) -> FieldLine {
        FieldLine(line.name.lowercased(), line.value)
    }

    private func framing(of head: Message) -> Framing {
        if isClient, method == "HEAD" || head.status == 204 || head.status == 304 { return .none }
        if head["Transfer-Encoding"] != nil { return .chunked }
        if let length = head["Content-Length"] { return .length(Int(length) ?? 0) }
        return isClient ? .untilClose : .none
    }

    // MARK: Ends

    func cut() { connection.socket.reset() }

    func waitForCut(within limit: Duration) throws {
        do {
            while try !connection.readSome(by: .after(limit)).isEmpty {}
        } catch WireFault.reset {}
    }

    private func note(_ change: (inout (sent: Bool, read: Bool, closes: Bool)) -> Void) {
        let isOver = ends.withLock {
            let before = $0.sent && $0.read
            change(&$0)
            return !before && $0.sent && $0.read && !$0.closes
        }
        if isOver { release(connection) }
    }
}
