import Bytes
import HTTP

/// One side of a connection of HTTP/2 as a worker drives it: receives, looks, acts, sends.
struct HTTP2Side: ~Copyable {
    private let workspace: HTTP2Workspace
    private var session: HTTP2Session
    private var pool = ChunkPool()
    private var head = Head()
    private let isServer: Bool
    private(set) var told: [String] = []
    private(set) var isOver = false
    /// Streams that are there, in the order in which they came.
    private var open: [Handle] = []
    /// Their numbers: a slot that is empty does not say it any more.
    private var numbers: [Handle: Int] = [:]
    private var answered: Set<Handle> = []
    private var count = 0
    /// Body bytes that came and were not given back.
    private var waiting = 0

    init(isServer: Bool, in workspace: HTTP2Workspace) {
        self.workspace = workspace
        self.isServer = isServer
        session = HTTP2Session(
            isServer: isServer, for: Handle(index: 0, generation: 1), in: workspace)
        if !isServer { for _ in 0..<3 { ask() } }
    }

    deinit {
        for stream in open { _ = workspace.streams.remove(stream) }
    }

    /// Whether GOAWAY came, no stream is left, and all was said.
    var isAlone: Bool { session.isOver && told.contains { $0.hasPrefix("goAway") } }

    // MARK: Reading

    mutating func receive(_ bytes: [UInt8]) {
        var start = 0
        while start < bytes.count, !isOver {
            let piece = Array(bytes[start...].prefix(HTTP2Limits.receiveBytes))
            do throws(HTTP2Fault) {
                let taken = try session.receive(piece.span, now: 1)
                look(piece)
                start += taken
                if taken == 0 { isOver = true }
            } catch {
                look(piece)
                told.append("broke \(error)")
                session.end(error)
                isOver = true
            }
        }
    }

    /// Looks at what the last call noticed.
    private mutating func look(_ bytes: [UInt8]) {
        var texts = Buffer()
        workspace.takeTexts(&texts)
        let events = workspace.events
        for index in events.indices {
            handle(events[index], bytes, texts.bytes)
        }
        texts.removeAll()
        workspace.takeTexts(&texts)
        workspace.forget()
    }

    private mutating func handle(
        _ event: HTTP2Event, _ bytes: [UInt8], _ texts: Span<UInt8>
    ) {
        let stream = event.stream
        let name = "\(event.kind) \(numbers[stream] ?? 0)"
        switch event.kind {
        case .opened:
            count += 1
            numbers[stream] = count
            open.append(stream)
            told.append("opened \(count)")
        case .head, .headAtEnd:
            told.append("\(name) \(read(event, texts))")
        case .data:
            waiting += event.range.count
            let data = shown(bytes[event.range])
            // Data that was cut is told in parts.
            if let last = told.last, last.hasPrefix(name + " ") {
                told[told.count - 1] += data
            } else {
                told.append("\(name) \(data)")
            }
        case .trailers:
            told.append("\(name) \(shown(texts.extracting(event.range).array))")
        case .closed:
            told.append("\(name) \(event.code)")
            close(stream)
        case .room:
            break
        case .badHead, .end, .fault, .goAway, .settings:
            told.append("\(name) \(event.code)")
        }
    }

    private mutating func read(_ event: HTTP2Event, _ texts: Span<UInt8>) -> String {
        let block = texts.extracting(event.headRange)
        let fields = Int(event.code)
        let limits = HeadLimits()
        let fault =
            isServer
            ? HTTP2Head.readRequest(block, fields: fields, into: &head, limits: limits)
            : HTTP2Head.readResponse(
                block, fields: fields, into: &head, answering: .get, limits: limits)
        return fault.map { "refused \($0)" } ?? head.told(block)
    }

    private mutating func close(_ stream: Handle) {
        guard let index = open.firstIndex(of: stream) else { return }
        open.remove(at: index)
        numbers[stream] = nil
        _ = workspace.streams.remove(stream)
    }

    // MARK: Acting

    /// Does something that a worker may do now.
    mutating func obey(_ order: UInt8) {
        let streams = workspace.streams
        let chosen = open.isEmpty ? Handle.none : open[Int(order >> 4) % open.count]
        switch order & 0xf {
        case 0: send(most: 1 + Int(order >> 4) * 700)
        case 1: session.ping()
        case 2: session.announceEnd()
        case 3: session.refuseStreams()
        case 4: if !isServer { ask() }
        case 5: session.end(nil)
        case 6:
            session.consumeConnection(waiting)
            waiting = 0
        case _ where chosen.isNone: break
        case 7: respond(chosen, hasBody: true)
        case 8: respond(chosen, hasBody: false)
        case 9 where !streams[chosen].isOutputEnded,
            10 where !streams[chosen].isOutputEnded:
            streams[chosen].output.append(utf8: String(repeating: "x", count: 900), from: &pool)
            session.resume(chosen)
        case 11 where !streams[chosen].isOutputEnded:
            streams[chosen].outputTrailers.append(utf8: "x-end: yes\r\n", from: &pool)
            streams[chosen].isOutputEnded = true
            session.resume(chosen)
        case 12:
            streams[chosen].isOutputEnded = true
            session.resume(chosen)
        case 13: session.reset(chosen, .cancel)
        case 14: session.consume(chosen, Int(order))
        default: streams[chosen].resetsWhenSaid = true
        }
    }

    private mutating func respond(_ stream: Handle, hasBody: Bool) {
        guard isServer, answered.insert(stream).inserted else { return }
        let head = Array("HTTP/1.1 200 OK\r\nX-A: b\r\nConnection: close\r\n\r\n".utf8)
        session.respond(stream, head.span, hasBody: hasBody)
    }

    private mutating func ask() {
        let head = Array("POST /a HTTP/1.1\r\nHost: a.test\r\nX-A: b\r\n\r\n".utf8)
        let stream = session.request(
            head.span, isSecure: false, isTunnel: false, hasBody: open.count.isMultiple(of: 2))
        if stream.isNone { return }
        count += 1
        numbers[stream] = count
        open.append(stream)
    }

    /// Says what there is to say, up to so many bytes and a frame; gives the bytes.
    @discardableResult mutating func send(most: Int = 16_000) -> [UInt8] {
        var output = Buffer()
        output.reserve(most + 34_000, from: &pool)
        do throws(HTTP2Fault) {
            _ = try session.send(into: &output, most: most, now: 1, releasingTo: &pool)
        } catch {
            told.append("broke \(error)")
            isOver = true
        }
        look([])
        defer { output.release(to: &pool) }
        return output.bytes.array
    }
}
