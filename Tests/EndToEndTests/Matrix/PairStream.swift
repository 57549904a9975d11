import TestSupport

/// One exchange as its client or its upstream sees it, over HTTP/1 or HTTP/2.
///
/// One thread reads and one sends.
protocol PairStream: AnyObject, Sendable {
    /// The connection's, which it may share.
    var socket: Socket { get }

    /// Sends a head: with `isLast` there is no body. Without a Content-Length HTTP/1 chunks.
    func sendHead(_ fields: [FieldLine], isLast: Bool) throws

    /// Sends a piece of a body; throws `timedOut` when it is not taken.
    func send(_ bytes: [UInt8], isLast: Bool, within limit: Duration) throws

    /// Ends the message with trailers.
    func sendTrailers(_ fields: [FieldLine]) throws

    /// Takes the next part; throws when the exchange is broken off.
    func next(within limit: Duration) throws -> PairPart

    /// Breaks the exchange off: resets the stream, or the connection.
    func cut()

    /// Waits until the other side has broken the exchange off, or the connection.
    func waitForCut(within limit: Duration) throws
}

extension PairStream {
    /// Ends the connection without a word.
    func closeConnection() { socket.cut() }

    func send(_ text: String, isLast: Bool = false) throws {
        try send(Array(text.utf8), isLast: isLast, within: .seconds(10))
    }

    /// Reads up to the final head, with the interim ones before it.
    func readHead(within limit: Duration = .seconds(10)) throws -> H2Message {
        var message = H2Message(stream: 0)
        while message.fields.isEmpty {
            guard case .head(let fields) = try next(within: limit) else {
                throw WireFault.malformed("no head")
            }
            try message.add(fields, isLast: false)
        }
        return message
    }

    /// Reads the next interim or final head.
    func readAnyHead(within limit: Duration = .seconds(10)) throws -> H2Message {
        guard case .head(let fields) = try next(within: limit) else {
            throw WireFault.malformed("no head")
        }
        var message = H2Message(stream: 0)
        message.fields = fields
        return message
    }

    /// Takes the next bytes of a body; nil at its end.
    func readPiece(within limit: Duration = .seconds(10)) throws -> [UInt8]? {
        while true {
            switch try next(within: limit) {
            case .data(let bytes) where bytes.isEmpty: continue
            case .data(let bytes): return bytes
            case .trailers, .end: return nil
            case .head: throw WireFault.malformed("a head in a body")
            }
        }
    }

    /// Takes bytes until there are as many.
    func readText(_ count: Int, within limit: Duration = .seconds(10)) throws -> String {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let piece = try readPiece(within: limit) else { break }
            bytes += piece
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what belongs to a head.
    func readRest(of message: inout H2Message, within limit: Duration = .seconds(10)) throws {
        while true {
            switch try next(within: limit) {
            case .data(let bytes): try message.add(data: bytes, isLast: false)
            case .trailers(let fields): try message.add(fields, isLast: true)
            case .end:
                message.isWhole = true
                return
            case .head: throw WireFault.malformed("a head in a body")
            }
        }
    }

    /// Reads a whole message.
    func readMessage(within limit: Duration = .seconds(10)) throws -> H2Message {
        var message = try readHead(within: limit)
        try readRest(of: &message, within: limit)
        return message
    }
}
