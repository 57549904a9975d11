import Synchronization

/// One accepted connection of an `H2Upstream`, as its script sees it.
///
/// The script's thread reads and writes; any thread may look at what was received.
package final class H2UpstreamConnection: @unchecked Sendable {
    /// Used by the script's thread only, but for `cut`.
    package let wire: H2Wire
    /// 0 for the first connection that the upstream accepted.
    package let index: Int
    private let socket: Socket
    private let log = Log()
    /// Requests that were begun, by their stream; the script's thread only.
    private var open: [UInt32: H2Message] = [:]
    /// Streams in the order in which their requests were whole, not asked for yet.
    private var whole: [UInt32] = []
    /// Streams in the order in which their heads came, not asked for yet.
    private var begun: [UInt32] = []

    private final class Log: Sendable {
        let hasPreface = Mutex(false)
        let streams = Mutex(0)
        let resets = Mutex<[UInt32: H2Code]>([:])
        let requests = Mutex<[H2Message]>([])
        let goAway = Mutex<H2Code?>(nil)
        let fault = Mutex<(any Error)?>(nil)
        let isClosed = Mutex(false)
    }

    init(_ socket: Socket, index: Int) {
        self.socket = socket
        self.index = index
        wire = H2Wire(socket)
    }

    /// Whether the gateway has said its preface.
    package var hasPreface: Bool { log.hasPreface.withLock { $0 } }
    /// How many streams the gateway opened.
    package var streams: Int { log.streams.withLock { $0 } }
    /// The streams that the gateway reset.
    package var resets: [UInt32: H2Code] { log.resets.withLock { $0 } }
    /// The requests that `readRequest` has read in full.
    package var requests: [H2Message] { log.requests.withLock { $0 } }
    /// The code of the gateway's GOAWAY.
    package var goAwayReceived: H2Code? { log.goAway.withLock { $0 } }
    /// Why the script ended before its end, if so.
    package var fault: (any Error)? { log.fault.withLock { $0 } }
    /// True once the script has ended and the connection is closed.
    package var isClosed: Bool { log.isClosed.withLock { $0 } }

    func start(settings: [H2Setting.Value], after maySay: Latch?) throws {
        try wire.readPreface()
        log.hasPreface.withLock { $0 = true }
        try maySay?.wait("SETTINGS may be said")
        try wire.send(.settings(settings))
    }

    /// Reads what comes, and says nothing at all, not even its SETTINGS.
    func keepSilent() throws {
        var bytes: [UInt8] = []
        while try socket.read(into: &bytes, by: .after(.seconds(60))) > 0 { bytes = [] }
    }

    /// Reads until a request is whole and gives it; nil when the gateway closed instead.
    package func readRequest(within limit: Duration = .seconds(60)) throws -> H2Message? {
        let deadline = Deadline.after(limit)
        while whole.isEmpty {
            guard try step(by: deadline) else { return nil }
        }
        let stream = whole.removeFirst()
        begun.removeAll { $0 == stream }
        guard let request = open.removeValue(forKey: stream) else {
            throw TestFault("no request on \(stream)")
        }
        log.requests.withLock { $0.append(request) }
        return request
    }

    /// Reads until the next head is there and gives its request as far as it has come; nil when
    /// the gateway closed instead.
    package func readHead(within limit: Duration = .seconds(60)) throws -> H2Message? {
        let deadline = Deadline.after(limit)
        while begun.isEmpty {
            guard try step(by: deadline) else { return nil }
        }
        return open[begun.removeFirst()]
    }

    /// Takes what the gateway says next; false when it closed or reset.
    package func step(by deadline: Deadline = .after(.seconds(60))) throws -> Bool {
        switch try wire.readEvent(by: deadline) {
        case .headers(let stream, let fields, let isLast):
            if open[stream] == nil {
                begun.append(stream)
                log.streams.withLock { $0 += 1 }
            }
            try open[stream, default: H2Message(stream: stream)].add(fields, isLast: isLast)
            if isLast { whole.append(stream) }
        case .data(let stream, let bytes, let isLast):
            try open[stream, default: H2Message(stream: stream)].add(data: bytes, isLast: isLast)
            if isLast { whole.append(stream) }
        case .reset(let stream, let code):
            open[stream] = nil
            whole.removeAll { $0 == stream }
            begun.removeAll { $0 == stream }
            log.resets.withLock { $0[stream] = code }
        case .goAway(_, let code, _): log.goAway.withLock { $0 = code }
        case .ended: return false
        case .settings, .settingsAcknowledged, .ping, .pingAnswered, .windowUpdate, .other: break
        }
        return true
    }

    /// Waits until the gateway closes or resets; throws `timedOut` when it does not.
    package func waitForEnd(within limit: Duration = .seconds(60)) throws {
        let deadline = Deadline.after(limit)
        while try step(by: deadline) {}
    }

    package func send(_ frames: H2Frame...) throws { try wire.send(frames) }

    /// Sends a whole response.
    package func respond(to stream: UInt32, _ answer: H2Answer) throws {
        let isHeadOnly = answer.body.isEmpty && answer.trailers.isEmpty
        try sendHead(stream, answer.fields, isLast: isHeadOnly)
        if !answer.body.isEmpty {
            try sendBody(stream, answer.body, isLast: answer.trailers.isEmpty)
        }
        if !answer.trailers.isEmpty {
            try wire.send(.headers(stream, answer.trailers))
        }
    }

    /// Sends a head: final, 1xx or, with `isLast`, all there is.
    package func sendHead(_ stream: UInt32, _ fields: [FieldLine], isLast: Bool = false) throws {
        try wire.send(.headers(stream, fields, isLast ? .whole : .endHeaders))
    }

    /// Sends a piece of a body as the gateway's windows allow.
    package func sendBody(_ stream: UInt32, _ bytes: [UInt8], isLast: Bool = false) throws {
        try wire.sendData(stream, bytes, isLast: isLast, within: .seconds(60))
    }

    /// Ends a stream with an error; REFUSED_STREAM says that nothing was done.
    package func reset(_ stream: UInt32, _ code: H2Code) throws {
        try wire.send(.reset(stream, code))
    }

    /// Says that no stream after `last` will be answered.
    package func goAway(last: UInt32, _ code: H2Code = .noError) throws {
        try wire.send(.goAway(last: last, code))
    }

    /// Ends both directions; any thread may.
    package func cut() { socket.cut() }

    /// Ends the connection with a reset.
    package func reset() { socket.reset() }

    package func close() {
        socket.close()
        log.isClosed.withLock { $0 = true }
    }

    func note(_ error: any Error) {
        log.fault.withLock { $0 = error }
    }
}
