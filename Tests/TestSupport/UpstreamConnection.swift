import Synchronization

/// One accepted connection of a `ScriptedUpstream`, as its script sees it.
///
/// The script's thread reads and writes; any thread may look at what was received.
package final class UpstreamConnection: @unchecked Sendable {
    package let socket: Socket
    /// 0 for the first connection that the upstream accepted.
    package let index: Int
    /// Used by the script's thread only.
    private var reader: MessageReader
    private let log: Log

    private final class Log: Sendable {
        let received = Mutex<[UInt8]>([])
        let requests = Mutex<[Message]>([])
        let fault = Mutex<(any Error)?>(nil)
        let isClosed = Mutex(false)
    }

    init(_ socket: Socket, index: Int) {
        let log = Log()
        self.socket = socket
        self.index = index
        self.log = log
        reader = MessageReader(socket) { bytes in
            // LIMIT: a recording of 4 MiB is enough for every test that looks at it.
            log.received.withLock { if $0.count < 4 << 20 { $0 += bytes } }
        }
    }

    /// The exact bytes received so far.
    package var received: [UInt8] { log.received.withLock { $0 } }
    package var receivedText: String { String(decoding: received, as: UTF8.self) }
    /// The requests that `readRequest` has read in full.
    package var requests: [Message] { log.requests.withLock { $0 } }
    /// Why the script ended before its end, if so.
    package var fault: (any Error)? { log.fault.withLock { $0 } }
    /// True once the script has ended and the connection is closed.
    package var isClosed: Bool { log.isClosed.withLock { $0 } }

    /// Reads one request with its body; nil when the gateway closed instead.
    package func readRequest(within limit: Duration = .seconds(60)) throws -> Message? {
        guard var message = try readHead(within: limit) else { return nil }
        try readBody(of: &message, within: limit)
        return message
    }

    /// Reads one request's head; nil when the gateway closed instead.
    package func readHead(within limit: Duration = .seconds(60)) throws -> Message? {
        try reader.readHead(by: .after(limit))
    }

    /// Reads the body that belongs to a head.
    package func readBody(
        of message: inout Message, within limit: Duration = .seconds(60)
    ) throws {
        try reader.readRequestBody(of: &message, by: .after(limit))
        log.requests.withLock { $0.append(message) }
    }

    /// Takes what has arrived, at least one byte; empty at the end.
    package func readSome(
        atMost count: Int = .max, within limit: Duration = .seconds(60)
    ) throws -> [UInt8] {
        try reader.readSome(atMost: count, by: .after(limit))
    }

    package func readExactly(_ count: Int, within limit: Duration = .seconds(60)) throws -> [UInt8]
    {
        try reader.readExactly(count, by: .after(limit))
    }

    /// Waits until the gateway closes or resets; throws `timedOut` when it does not.
    package func waitForEnd(within limit: Duration = .seconds(60)) throws {
        do {
            while try !reader.readSome(by: .after(limit)).isEmpty {}
        } catch WireFault.reset {}
    }

    package func send(_ text: String, within limit: Duration = .seconds(60)) throws {
        try socket.write(Array(text.utf8), by: .after(limit))
    }

    package func send(_ bytes: [UInt8], within limit: Duration = .seconds(60)) throws {
        try socket.write(bytes, by: .after(limit))
    }

    /// Sends the bytes one by one, each in a segment of its own.
    package func drip(_ text: String) throws {
        for byte in text.utf8 { try socket.write([byte], by: .after(.seconds(60))) }
    }

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

/// A response with a Content-Length, as text.
package func response(
    _ status: String = "200 OK", _ fields: String..., body: String = ""
) -> String {
    let lines = ["HTTP/1.1 \(status)"] + fields + ["Content-Length: \(body.utf8.count)"]
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// A body in the chunked coding, one chunk per part.
package func chunked(_ parts: String..., trailers: [String] = []) -> String {
    let chunks = parts.map { String($0.utf8.count, radix: 16) + "\r\n" + $0 + "\r\n" }
    return chunks.joined() + "0\r\n" + trailers.map { $0 + "\r\n" }.joined() + "\r\n"
}
