/// A client that sends exactly the bytes it is told to and reads strictly.
///
/// One thread uses it; `socket` may be written to or cut from another.
package final class RawClient {
    package let socket: Socket
    private var reader: MessageReader

    /// Connects to a port of 127.0.0.1.
    ///
    /// `host` is the last byte of the address that it comes from; a small receive buffer (bytes)
    /// makes it a slow reader.
    package init(port: UInt16, from host: UInt8? = nil, receiveBuffer: Int32? = nil) throws {
        socket = try Socket.connect(to: port, from: host, receiveBuffer: receiveBuffer)
        reader = MessageReader(socket)
    }

    package func send(_ text: String, within limit: Duration = .seconds(10)) throws {
        try socket.write(Array(text.utf8), by: .after(limit))
    }

    package func send(_ bytes: [UInt8], within limit: Duration = .seconds(10)) throws {
        try socket.write(bytes, by: .after(limit))
    }

    /// Reads one final response, with the 1xx responses before it in `interim`.
    package func readResponse(
        to method: String = "GET", within limit: Duration = .seconds(10)
    ) throws -> Message {
        let deadline = Deadline.after(limit)
        var interim: [Message] = []
        while true {
            var message = try readHead(by: deadline)
            if (100..<200).contains(message.status) && message.status != 101 {
                interim.append(message)
                continue
            }
            try reader.readResponseBody(of: &message, to: method, by: deadline)
            message.interim = interim
            return message
        }
    }

    /// Reads the next head, 1xx or final, and leaves the body where it is.
    package func readResponseHead(within limit: Duration = .seconds(10)) throws -> Message {
        try readHead(by: .after(limit))
    }

    private func readHead(by deadline: Deadline) throws -> Message {
        guard let message = try reader.readHead(by: deadline) else {
            throw WireFault.ended("nothing")
        }
        guard message.startLine.hasPrefix("HTTP/1.") else {
            throw WireFault.malformed("status line \(message.startLine.debugDescription)")
        }
        return message
    }

    /// Reads the next chunk of a response whose head was read; nil after the last.
    package func readChunk(
        of message: inout Message, within limit: Duration = .seconds(10)
    ) throws -> [UInt8]? {
        try reader.readChunk(of: &message, by: .after(limit))
    }

    package func readExactly(_ count: Int, within limit: Duration = .seconds(10)) throws -> [UInt8]
    {
        try reader.readExactly(count, by: .after(limit))
    }

    /// Takes what has arrived, at least one byte; empty at the end.
    package func readSome(
        atMost count: Int = .max, within limit: Duration = .seconds(10)
    ) throws -> [UInt8] {
        try reader.readSome(atMost: count, by: .after(limit))
    }

    /// Reads to the end of the stream, and throws `WireFault.reset` when it is cut by a reset.
    package func readToEnd(within limit: Duration = .seconds(10)) throws -> [UInt8] {
        try reader.readToEnd(by: .after(limit))
    }

    /// How the gateway ended the connection, and what came before: waits for the end.
    package func waitForEnd(within limit: Duration = .seconds(10)) throws -> Ending {
        let deadline = Deadline.after(limit)
        var count = 0
        do {
            while true {
                let bytes = try reader.readSome(by: deadline)
                if bytes.isEmpty { return .closed(after: count) }
                count += bytes.count
            }
        } catch WireFault.reset {
            return .reset(after: count)
        }
    }

    /// The end of a connection, after so many bytes that nobody had read.
    package enum Ending: Sendable, Equatable {
        case closed(after: Int)
        case reset(after: Int)
    }

    /// Says "no more bytes" and goes on reading.
    package func finishSending() { socket.finishWriting() }

    package func close() { socket.close() }

    package func reset() { socket.reset() }

    /// Sends a request on a connection of its own and reads the response.
    package static func ask(
        port: UInt16, _ request: String, method: String = "GET",
        within limit: Duration = .seconds(10)
    ) throws -> Message {
        let client = try RawClient(port: port)
        defer { client.close() }
        try client.send(request)
        return try client.readResponse(to: method, within: limit)
    }
}
