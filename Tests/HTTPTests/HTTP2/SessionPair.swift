import Bytes

@testable import HTTP

/// Two sessions that talk to one another in memory, one asking and one answering.
final class SessionPair {
    let workspace: HTTP2Workspace
    var asking: HTTP2Session
    var answering: HTTP2Session
    var pool = ChunkPool()
    /// How many bytes are given to the other side at a time.
    let step: Int

    /// What a session noticed, with the text or bytes that it speaks of.
    struct Noticed: Equatable {
        var kind: HTTP2Event.Kind
        var text: String
    }

    init(step: Int = .max, streams: Int = 256) {
        workspace = HTTP2Workspace(streams: streams, limits: HeadLimits())
        asking = HTTP2Session(
            isServer: false, for: Handle(index: 0, generation: 1), in: workspace)
        answering = HTTP2Session(
            isServer: true, for: Handle(index: 1, generation: 1), in: workspace)
        self.step = step
    }

    deinit {
        asking = .none
        answering = .none
        workspace.destroy()
    }

    /// Carries what the asking side has to say; gives what the answering side noticed.
    func toServer() throws -> [(HTTP2Event, Noticed)] {
        let bytes = try Self.takeOutput(&asking, &pool)
        _ = look()
        return try give(bytes, to: &answering)
    }

    /// The same, with the reset of a stream behind it in one piece.
    func toServer(thenReset stream: Handle) throws -> [(HTTP2Event, Noticed)] {
        var bytes = try Self.takeOutput(&asking, &pool)
        asking.reset(stream, .cancel)
        bytes += try Self.takeOutput(&asking, &pool)
        _ = look()
        return try give(bytes, to: &answering)
    }

    /// The same the other way.
    func toClient() throws -> [(HTTP2Event, Noticed)] {
        let bytes = try Self.takeOutput(&answering, &pool)
        _ = look()
        return try give(bytes, to: &asking)
    }

    /// Gives the answering side these bytes.
    @discardableResult func give(_ bytes: [UInt8]) throws -> [(HTTP2Event, Noticed)] {
        try give(bytes, to: &answering)
    }

    /// Gives the asking side these bytes.
    func giveAnswer(_ bytes: [UInt8]) throws -> [(HTTP2Event, Noticed)] {
        try give(bytes, to: &asking)
    }

    /// What a side has to say.
    func takeAnswers() throws -> [UInt8] { try Self.takeOutput(&answering, &pool) }
    func takeRequests() throws -> [UInt8] { try Self.takeOutput(&asking, &pool) }

    /// What the asking side notices while it says what it has to say.
    func noticedWhileAsking() throws -> [HTTP2Event.Kind] {
        _ = try takeRequests()
        return look().map(\.1.kind)
    }

    /// What the answering side notices while it says what it has to say, which is carried over.
    func noticedWhileAnswering() throws -> [HTTP2Event.Kind] {
        let bytes = try takeAnswers()
        let noticed = look().map(\.1.kind)
        _ = try give(bytes, to: &asking)
        return noticed
    }

    private static func takeOutput(
        _ session: inout HTTP2Session, _ pool: inout ChunkPool
    ) throws -> [UInt8] {
        var output = Buffer()
        output.reserve(200_000, from: &pool)
        while try session.send(into: &output, most: 100_000, now: 0, releasingTo: &pool) {}
        return output.bytes.array
    }

    private func give(
        _ bytes: [UInt8], to session: inout HTTP2Session
    ) throws -> [(HTTP2Event, Noticed)] {
        var all: [(HTTP2Event, Noticed)] = []
        var start = 0
        while start < bytes.count {
            let count = min(step, bytes.count - start, HTTP2Limits.receiveBytes)
            let piece = Array(bytes[start..<start + count])
            let taken = try session.receive(piece.span, now: 0)
            all += look(piece)
            start += taken
        }
        return all
    }

    /// Takes the events out.
    private func look(_ bytes: [UInt8] = []) -> [(HTTP2Event, Noticed)] {
        var texts = Buffer()
        workspace.takeTexts(&texts)
        let all = workspace.events
        var events: [(HTTP2Event, Noticed)] = []
        for index in all.indices {
            let event = all[index]
            let text =
                switch event.kind {
                case .data: String(decoding: bytes[event.range], as: UTF8.self)
                case .head, .headAtEnd:
                    shown(texts.bytes.extracting(event.headRange), fields: Int(event.code))
                case .trailers:
                    String(decoding: texts.bytes.array[event.range], as: UTF8.self)
                default: ""
                }
            events.append((event, Noticed(kind: event.kind, text: text)))
        }
        texts.removeAll()
        workspace.takeTexts(&texts)
        workspace.forget()
        return events
    }

    /// A head as HTTP/1 writes it.
    private func shown(_ bytes: Span<UInt8>, fields: Int) -> String {
        func text(_ slice: Slice) -> String {
            String(decoding: bytes.array[slice.range], as: UTF8.self)
        }
        var head = Head()
        let isRequest = HTTP2HeadNote(atEndOf: bytes).status == 0
        let fault =
            isRequest
            ? HTTP2Head.readRequest(bytes, fields: fields, into: &head, limits: HeadLimits())
            : HTTP2Head.readResponse(
                bytes, fields: fields, into: &head, answering: .get, limits: HeadLimits())
        if let fault { return "\(fault)" }
        var lines =
            isRequest
            ? [
                "\(text(head.methodText)) \(text(head.target)) HTTP/1.1",
                "host: \(text(head.authority))",
            ]
            : ["HTTP/1.1 \(head.status) "]
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            lines.append("\(text(field.name)): \(text(field.value))")
        }
        if head.upgradesToWebSocket { lines += ["connection: upgrade", "upgrade: websocket"] }
        if head.framing == .chunked { lines.append("transfer-encoding: chunked") }
        return lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }
}

extension Span<UInt8> {
    /// A copy, for tests.
    var array: [UInt8] { (0..<count).map { self[$0] } }
}
