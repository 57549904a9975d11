import Foundation

/// Reads strictly framed HTTP/1 messages from a socket; what it does not understand is malformed.
package struct MessageReader {
    private let socket: Socket
    private var buffer: [UInt8] = []
    private var start = 0
    /// Told of every byte as it arrives.
    private let record: (@Sendable (ArraySlice<UInt8>) -> Void)?

    package init(_ socket: Socket, record: (@Sendable (ArraySlice<UInt8>) -> Void)? = nil) {
        self.socket = socket
        self.record = record
    }

    /// Bytes that have arrived and were not asked for yet.
    package var pending: ArraySlice<UInt8> { buffer[start...] }

    /// Takes more bytes from the socket; false at the end of the stream.
    package mutating func fill(by deadline: Deadline) throws -> Bool {
        if start > 0 && start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        } else if start > 1 << 16 {
            buffer.removeFirst(start)
            start = 0
        }
        let before = buffer.count
        do {
            guard try socket.read(into: &buffer, by: deadline) > 0 else { return false }
        } catch WireFault.timedOut {
            throw WireFault.timedOut(preview)
        } catch WireFault.reset {
            throw WireFault.reset(preview)
        }
        record?(buffer[before...])
        return true
    }

    /// Reads one head, to its empty line; nil when the stream ends before its first byte.
    package mutating func readHead(by deadline: Deadline) throws -> Message? {
        var searched = start
        while true {
            if let end = findHeadEnd(from: searched) {
                let raw = Array(buffer[start..<end])
                start = end
                return try Self.parseHead(raw)
            }
            searched = max(start, buffer.count - 3)
            let offset = searched - start
            if try !fill(by: deadline) {
                if pending.isEmpty { return nil }
                throw WireFault.ended(preview)
            }
            searched = start + offset
        }
    }

    /// Reads a request's body as its head frames it.
    package mutating func readRequestBody(
        of message: inout Message, by deadline: Deadline
    ) throws {
        message.framing = try Self.framing(of: message, otherwise: .none)
        try readBody(of: &message, by: deadline)
    }

    /// Reads a response's body as its head and the request's method frame it.
    package mutating func readResponseBody(
        of message: inout Message, to method: String, by deadline: Deadline
    ) throws {
        let bodiless = method == "HEAD" || message.status == 204 || message.status == 304
        message.framing =
            bodiless ? .none : try Self.framing(of: message, otherwise: .untilClose)
        try readBody(of: &message, by: deadline)
    }

    private mutating func readBody(of message: inout Message, by deadline: Deadline) throws {
        switch message.framing {
        case .none: break
        case .length(let count): message.body = try readExactly(count, by: deadline)
        case .untilClose: message.body = try readToEnd(by: deadline)
        case .chunked:
            while case .some(let chunk) = try readChunk(of: &message, by: deadline) {
                message.body += chunk
            }
        }
    }

    /// Reads one chunk; after the last one reads the trailers and gives nil.
    package mutating func readChunk(
        of message: inout Message, by deadline: Deadline
    ) throws -> [UInt8]? {
        let line = try readLine(by: deadline)
        guard let size = Int(line, radix: 16), !line.hasPrefix("+"), size >= 0 else {
            throw WireFault.malformed("chunk size \(line.debugDescription)")
        }
        guard size > 0 else {
            while true {
                let line = try readLine(by: deadline)
                if line.isEmpty { return nil }
                message.trailers.append(try Self.parseField(line))
            }
        }
        message.chunkSizes.append(size)
        let chunk = try readExactly(size, by: deadline)
        guard try readLine(by: deadline).isEmpty else {
            throw WireFault.malformed("no CRLF after a chunk")
        }
        return chunk
    }

    /// Reads that many bytes.
    package mutating func readExactly(_ count: Int, by deadline: Deadline) throws -> [UInt8] {
        while buffer.count - start < count {
            if try !fill(by: deadline) { throw WireFault.ended(preview) }
        }
        defer { start += count }
        return Array(buffer[start..<start + count])
    }

    /// Takes what has arrived, at least one byte, at most `limit`; empty at the end.
    package mutating func readSome(
        atMost limit: Int = .max, by deadline: Deadline
    ) throws -> [UInt8] {
        if pending.isEmpty, try !fill(by: deadline) { return [] }
        let count = min(limit, buffer.count - start)
        defer { start += count }
        return Array(buffer[start..<start + count])
    }

    /// Reads until the other side closes.
    package mutating func readToEnd(by deadline: Deadline) throws -> [UInt8] {
        var all = Array(pending)
        start = buffer.count
        while try fill(by: deadline) {
            all += pending
            start = buffer.count
        }
        return all
    }

    /// Reads one line and gives it without its CRLF.
    package mutating func readLine(by deadline: Deadline) throws -> String {
        while true {
            if let end = pending.firstIndex(of: 10) {
                guard end > start, buffer[end - 1] == 13 else {
                    throw WireFault.malformed("a line without CR: \(preview)")
                }
                defer { start = end + 1 }
                return String(decoding: buffer[start..<end - 1], as: UTF8.self)
            }
            if try !fill(by: deadline) { throw WireFault.ended(preview) }
        }
    }

    private var preview: String {
        "\(pending.count) bytes "
            + String(decoding: pending.prefix(400), as: UTF8.self).debugDescription
    }

    private func findHeadEnd(from index: Int) -> Int? {
        var at = index
        while let lineFeed = buffer[at...].firstIndex(of: 10) {
            if lineFeed >= start + 3, buffer[lineFeed - 2] == 10, buffer[lineFeed - 1] == 13,
                buffer[lineFeed - 3] == 13
            {
                return lineFeed + 1
            }
            at = lineFeed + 1
        }
        return nil
    }

    private static func parseHead(_ raw: [UInt8]) throws -> Message {
        let text = String(decoding: raw.dropLast(4), as: UTF8.self)
        let lines = text.components(separatedBy: "\r\n")
        guard let first = lines.first, !first.isEmpty else {
            throw WireFault.malformed("an empty start line")
        }
        let fields = try lines.dropFirst().map(parseField)
        return Message(startLine: first, fields: fields, rawHead: raw)
    }

    private static func parseField(_ line: String) throws -> FieldLine {
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
            !line.contains("\n"), !line[..<colon].contains(where: { $0 == " " || $0 == "\t" })
        else { throw WireFault.malformed("field line \(line.debugDescription)") }
        return FieldLine(String(line[..<colon]), line[line.index(after: colon)...].trimmed)
    }

    private static func framing(
        of message: Message, otherwise: Message.Framing
    ) throws -> Message.Framing {
        let codings = message.values("Transfer-Encoding")
        let lengths = message.values("Content-Length")
        if !codings.isEmpty && !lengths.isEmpty {
            throw WireFault.malformed("both Transfer-Encoding and Content-Length")
        }
        if codings.count > 1 || lengths.count > 1 {
            throw WireFault.malformed("framing said twice")
        }
        if let coding = codings.first {
            guard coding == "chunked" else { throw WireFault.malformed("coding \(coding)") }
            return .chunked
        }
        guard let length = lengths.first else { return otherwise }
        guard let count = Int(length), String(count) == length else {
            throw WireFault.malformed("Content-Length \(length)")
        }
        return .length(count)
    }
}
