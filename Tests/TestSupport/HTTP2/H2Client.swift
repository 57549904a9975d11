/// An HTTP/2 client with prior knowledge that sends exactly what it is told to and reads strictly.
///
/// One thread uses it; any thread may cut `wire.socket`.
package final class H2Client {
    package let wire: H2Wire
    /// The id that `request` takes next.
    package var nextStream: UInt32 = 1
    /// What came on each stream.
    package private(set) var messages: [UInt32: H2Message] = [:]
    /// The last GOAWAY that came.
    package private(set) var goAway: (last: UInt32, code: H2Code, debug: String)?
    /// How the other side ended the connection; nil while it is open.
    package private(set) var ending: H2Ending?
    /// How many of our SETTINGS were acknowledged.
    package private(set) var settingsAcknowledged = 0
    /// The answers to our PINGs.
    package private(set) var pingsAnswered: [[UInt8]] = []

    /// How an exchange came out.
    package enum Outcome: Sendable {
        case answered(H2Message)
        case reset(H2Code)
        /// GOAWAY with an error, or without one for a stream that it will not answer.
        case goAway(H2Code)
        case ended(H2Ending)
    }

    /// Connects to a port of 127.0.0.1, from 127.0.0.`host`, and says nothing yet.
    package init(
        silentlyTo port: UInt16, from host: UInt8? = nil, receiveBuffer: Int32? = nil
    ) throws {
        wire = H2Wire(try Socket.connect(to: port, from: host, receiveBuffer: receiveBuffer))
    }

    /// Connects, sends the preface with SETTINGS, and waits for the other side's and their
    /// acknowledgement.
    package convenience init(
        port: UInt16, from host: UInt8? = nil, settings: [H2Setting.Value] = [.enablePush(0)],
        receiveBuffer: Int32? = nil
    ) throws {
        try self.init(silentlyTo: port, from: host, receiveBuffer: receiveBuffer)
        try start(settings: settings)
    }

    /// Sends the preface with SETTINGS and waits until both sides know the other's.
    package func start(settings: [H2Setting.Value] = [.enablePush(0)]) throws {
        try wire.send(bytes: H2Wire.preface + H2Frame.settings(settings).bytes)
        try waitUntil("the SETTINGS of both") {
            settingsAcknowledged > 0 && wire.frameCounts[.settings, default: 0] > 1
        }
    }

    package func send(_ frames: H2Frame...) throws { try wire.send(frames) }

    /// Sends bytes that need be no frames.
    package func send(bytes: [UInt8]) throws { try wire.send(bytes: bytes) }

    /// Sends a request on the next stream and gives that; nil as body ends it with the head.
    @discardableResult
    package func request(
        _ fields: [FieldLine], body: String? = nil, endStream: Bool = true
    ) throws -> UInt32 {
        let stream = nextStream
        nextStream += 2
        let isLast = endStream && body == nil
        try wire.send(.headers(stream, fields, isLast ? .whole : .endHeaders))
        if let body { try wire.sendData(stream, Array(body.utf8), isLast: endStream) }
        return stream
    }

    /// Reads on until it is known how the exchange comes out.
    package func outcome(
        of stream: UInt32, within limit: Duration = .seconds(10)
    ) throws -> Outcome {
        var outcome: Outcome?
        try waitUntil("stream \(stream) comes out", within: limit) {
            if let message = messages[stream], message.isWhole {
                outcome = .answered(message)
            } else if let code = messages[stream]?.code {
                outcome = .reset(code)
            } else if let goAway, goAway.code != .noError || goAway.last < stream {
                outcome = .goAway(goAway.code)
            } else if let ending {
                outcome = .ended(ending)
            }
            return outcome != nil
        }
        guard let outcome else { throw TestFault("no outcome") }
        return outcome
    }

    /// Reads the response on a stream, which must be whole.
    package func readResponse(
        _ stream: UInt32, within limit: Duration = .seconds(10)
    ) throws -> H2Message {
        let outcome = try outcome(of: stream, within: limit)
        guard case .answered(let message) = outcome else {
            throw TestFault("stream \(stream): \(outcome) \(goAway?.debug ?? "")")
        }
        return message
    }

    /// Sends a request and reads its response.
    package func ask(_ fields: [FieldLine], body: String? = nil) throws -> H2Message {
        try readResponse(request(fields, body: body))
    }

    /// Sends a PING and waits for its answer, which comes after all that was answered before.
    package func ping(within limit: Duration = .seconds(10)) throws {
        let payload = Array("ping".utf8) + H2Frame.bigEndian(UInt32(pingsAnswered.count))
        try wire.send(.ping(payload))
        try waitUntil("PING is answered", within: limit) { pingsAnswered.contains(payload) }
    }

    /// Reads on until the other side has ended the connection.
    @discardableResult
    package func waitForEnd(within limit: Duration = .seconds(10)) throws -> H2Ending {
        var found: H2Ending?
        try waitUntil("the connection ends", within: limit) {
            found = ending
            return found != nil
        }
        return found ?? .closed
    }

    /// Reads on until the condition holds; throws when it can hold no more.
    package func waitUntil(
        _ what: String, within limit: Duration = .seconds(10), _ condition: () throws -> Bool
    ) throws {
        let deadline = Deadline.after(limit)
        while try !condition() {
            guard ending == nil else { throw WireFault.ended("\(what); \(state)") }
            do {
                try step(by: deadline)
            } catch WireFault.timedOut {
                throw WireFault.timedOut("\(what); \(state)")
            }
        }
    }

    /// Takes what the other side says next.
    package func step(by deadline: Deadline) throws {
        switch try wire.readEvent(by: deadline) {
        case .headers(let stream, let fields, let isLast):
            try messages[stream, default: H2Message(stream: stream)].add(fields, isLast: isLast)
        case .data(let stream, let bytes, let isLast):
            try messages[stream, default: H2Message(stream: stream)]
                .add(data: bytes, isLast: isLast)
        case .reset(let stream, let code):
            messages[stream, default: H2Message(stream: stream)].code = code
        case .goAway(let last, let code, let debug):
            goAway = (last, code, debug)
        case .settingsAcknowledged: settingsAcknowledged += 1
        case .pingAnswered(let payload): pingsAnswered.append(payload)
        case .ended(let ending): self.ending = ending
        case .settings, .ping, .windowUpdate, .other: break
        }
    }

    private var state: String {
        let streams = messages.values.sorted { $0.stream < $1.stream }.map {
            "\($0.stream): \($0.status) \($0.code.map { "\($0)" } ?? "")"
        }
        let said = goAway.map { "GOAWAY \($0.code) \($0.debug)" } ?? ""
        return "streams \(streams.prefix(20)) \(said)"
    }

    package func close() { wire.socket.close() }

    package func reset() { wire.socket.reset() }

    /// Asks on a connection of its own.
    package static func ask(
        port: UInt16, _ fields: [FieldLine], body: String? = nil
    ) throws -> H2Message {
        let client = try H2Client(port: port)
        defer { client.close() }
        return try client.ask(fields, body: body)
    }
}
