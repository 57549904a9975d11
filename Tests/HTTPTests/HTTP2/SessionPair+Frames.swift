import Bytes

@testable import HTTP

/// A RST_STREAM that a session sent.
struct H2Reset: Equatable {
    var stream: Int
    var code: Int
}

/// Frames as those write them who mind no rule.
extension SessionPair {
    /// A request on stream 1 by a client that has just connected.
    func ask(
        _ fields: [(String, String)], isEnd: Bool = true
    ) throws -> [(HTTP2Event, Noticed)] {
        try give(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(4, 0, stream: 0, []))
        return try give(headers: fields, isEnd: isEnd)
    }

    /// HEADERS on stream 1, no field of which is in any table.
    func give(headers: [(String, String)], isEnd: Bool) throws -> [(HTTP2Event, Noticed)] {
        try give(Self.headers(headers, isEnd))
    }

    func give(data: [UInt8], isEnd: Bool) throws -> [(HTTP2Event, Noticed)] {
        try give(Self.frame(0, isEnd ? 1 : 0, stream: 1, data))
    }

    /// Asks an upstream over stream 1, which answers with SETTINGS only as yet.
    func askUpstream(_ line: String = "GET / HTTP/1.1", isTunnel: Bool = false) throws {
        let head = Array("\(line)\r\nHost: a\r\n\r\n".utf8)
        _ = asking.request(head.span, isSecure: false, isTunnel: isTunnel, hasBody: isTunnel)
        _ = try takeRequests()
        _ = try giveAnswer(Self.frame(4, 0, stream: 0, []))
    }

    /// What is noticed of an answer's head.
    func answer(
        _ fields: [(String, String)], isEnd: Bool, endsBlock: Bool = true
    ) throws -> [HTTP2Event.Kind] {
        var frame = Self.headers(fields, isEnd)
        if !endsBlock { frame[4] &= ~4 }
        return try giveAnswer(frame).map(\.1.kind)
    }

    /// An empty CONTINUATION that ends a head.
    func continueAnswer() throws -> [HTTP2Event.Kind] {
        try giveAnswer(Self.frame(9, 4, stream: 1, [])).map(\.1.kind)
    }

    /// Frees the slots of all streams.
    func freeStreams() {
        let streams = workspace.streams
        while let stream = streams.first(from: 0) { _ = streams.remove(stream) }
    }

    /// What is noticed of a piece of an answer's body.
    func answer(data count: Int, isEnd: Bool) throws -> [HTTP2Event.Kind] {
        let data = [UInt8](repeating: 0x61, count: count)
        return try giveAnswer(Self.frame(0, isEnd ? 1 : 0, stream: 1, data)).map(\.1.kind)
    }

    private static func headers(_ fields: [(String, String)], _ isEnd: Bool) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in fields {
            block.append(0)
            for text in [name, value] { block += [UInt8(text.utf8.count)] + Array(text.utf8) }
        }
        return frame(1, isEnd ? 5 : 4, stream: 1, block)
    }

    private static func frame(
        _ type: UInt8, _ flags: UInt8, stream: UInt8, _ payload: [UInt8]
    ) -> [UInt8] {
        [0, UInt8(payload.count >> 8), UInt8(payload.count & 255), type, flags, 0, 0, 0, stream]
            + payload
    }

    /// What streams the asking side resets.
    func answerResets() throws -> [H2Reset] { Self.resets(in: try takeRequests()) }

    /// What streams the answering side resets.
    func resets() throws -> [H2Reset] { Self.resets(in: try takeAnswers()) }

    private static func resets(in bytes: [UInt8]) -> [H2Reset] {
        var found: [H2Reset] = []
        var start = 0
        while start + 9 <= bytes.count {
            let count = Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
            if bytes[start + 3] == 3 {
                found.append(
                    H2Reset(stream: Int(bytes[start + 8]), code: Int(bytes[start + 12])))
            }
            start += 9 + count
        }
        return found
    }
}
