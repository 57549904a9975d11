import Bytes
import Testing

@testable import HTTP

/// What messages must be (RFC 9113 §8.1.1 to §8.3, RFC 8441 §4), told by a session that is given
/// the frames of a client.
struct HTTP2MessageTests {
    private static let get = [
        (":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "a"),
    ]

    private static func get(_ more: (String, String)...) -> [(String, String)] { get + more }

    private static func without(_ name: String) -> [(String, String)] {
        get.filter { $0.0 != name }
    }

    private static func with(_ name: String, _ value: String) -> [(String, String)] {
        get.map { $0.0 == name ? (name, value) : $0 }
    }

    private static let connect = [
        (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/"),
        (":authority", "a"),
    ]

    @Test(arguments: [
        get, get(("x-a", "b"), ("te", "trailers")), get(("x-a", "")), get(("x-a", "b\tc")),
        get(("content-length", "0")), get(("host", "A")), without(":authority") + [("host", "a")],
        connect, with(":path", "*").map { $0.0 == ":method" ? ($0.0, "OPTIONS") : $0 },
        get(("priority", "u=9, what")), get(("x-\u{7e}", "é")),
    ])
    func `a message is taken`(_ fields: [(String, String)]) throws {
        let pair = SessionPair()
        let events = try pair.ask(fields).map(\.1.kind)
        #expect(events == [.opened, .headAtEnd])
        #expect(try pair.resets().isEmpty)
    }

    @Test(arguments: [
        without(":method"), without(":scheme"), without(":path"), without(":authority"),
        get((":path", "/")), with(":path", ""), with(":path", "a"), with(":path", "/a b"),
        with(":path", "*"), with(":method", ""), with(":method", "G T"), with(":authority", ""),
        with(":authority", "a\u{7f}"), [("x-a", "b")] + get, get + [(":authority", "b")],
        get((":status", "200")), get((":what", "x")), get((":Path", "/")), get(("X-A", "b")),
        get(("x-\u{1}a", "b")), get(("x a", "b")), get(("", "b")), get(("x-aB", "b")),
        get(("x-a", "b\r")), get(("x-a", "\u{0}")), get(("x-a", " b")), get(("x-a", "b\t")),
        get(("te", "gzip")), get(("connection", "close")), get(("keep-alive", "a")),
        get(("proxy-connection", "a")), get(("transfer-encoding", "chunked")),
        get(("upgrade", "websocket")), get(("host", "")),
        without(":authority") + [("host", "a"), ("host", "a")],
        get(("content-length", "1")), get(("content-length", "x")), get(("content-length", "-1")),
        get(("content-length", "0"), ("content-length", "0")),
        connect.filter { $0.0 != ":authority" }, connect.filter { $0.0 != ":path" },
        get((":protocol", "websocket")), with(":method", "CONNECT"),
    ])
    func `what is no message is reset, and nothing is told of it`(
        _ fields: [(String, String)]
    ) throws {
        let pair = SessionPair()
        let events = try pair.ask(fields).map(\.1.kind)
        #expect(events == [.opened, .fault])
        #expect(try pair.resets() == [H2Reset(stream: 1, code: 1)])
    }

    @Test(arguments: [
        (get(("x_a", "b")), HeadFault.underscoreInName), (with(":scheme", "ftp"), .unknownScheme),
        (with(":path", "/#a"), .fragmentInTarget), (get(("host", "b")), .badHost),
        ([(":method", "CONNECT"), (":authority", "a")], .connectMethod),
        (connect.map { $0.0 == ":protocol" ? ($0.0, "what") : $0 }, .unknownProtocol),
    ])
    func `what we do not take is answered`(
        _ fields: [(String, String)], _ fault: HeadFault
    ) throws {
        let pair = SessionPair()
        let events = try pair.ask(fields)
        #expect(events.map(\.1.kind) == [.opened, .badHead])
        #expect(events.last?.0.code == UInt32(fault.rawValue))
        #expect(try pair.resets().isEmpty)
    }

    @Test(arguments: [
        ([5], 5, true), ([2, 3], 5, true), ([5], 4, false), ([3], 4, false), ([2, 3], 4, false),
        ([0], 0, true), ([1], 0, false),
    ])
    func `a body is as long as was said`(_ pieces: [Int], _ length: Int, isGood: Bool) throws {
        let pair = SessionPair()
        _ = try pair.ask(Self.get(("content-length", "\(length)")), isEnd: false)
        var last: HTTP2Event.Kind?
        for (index, piece) in pieces.enumerated() {
            let events = try pair.give(
                data: [UInt8](repeating: 0x61, count: piece), isEnd: index + 1 == pieces.count)
            last = events.last?.1.kind
        }
        #expect((last == .end) == isGood)
        #expect(try pair.resets().count == (isGood ? 0 : 1))
    }

    @Test func `trailers end their stream, and have no pseudo fields`() throws {
        for (fields, isEnd, isGood) in [
            ([("x-a", "b")], true, true), ([("x-a", "b")], false, false),
            ([(":path", "/")], true, false), ([("X-A", "b")], true, false),
        ] {
            let pair = SessionPair()
            _ = try pair.ask(Self.get, isEnd: false)
            let events = try pair.give(headers: fields, isEnd: isEnd).map(\.1.kind)
            #expect(events == [isGood ? .trailers : .fault])
            #expect(try pair.resets().count == (isGood ? 0 : 1))
        }
    }

    // MARK: Answers of an upstream

    @Test(arguments: [
        [(":status", "200")], [(":status", "200"), ("content-length", "0")],
        [(":status", "204"), ("content-length", "0")],
        [(":status", "304"), ("content-length", "9")],
        [(":status", "599"), ("x-a", "")],
    ])
    func `an answer is taken`(_ fields: [(String, String)]) throws {
        let pair = SessionPair()
        try pair.askUpstream()
        #expect(try pair.answer(fields, isEnd: true).first == .headAtEnd)
    }

    @Test(arguments: [
        [], [("x-a", "b")], [(":status", "20")], [(":status", "099")], [(":status", "2x0")],
        [(":status", "101")], [(":status", "200"), (":status", "200")], [(":path", "/")],
        [(":status", "200"), ("connection", "close")], [(":status", "200"), ("X-A", "b")],
        [(":status", "200"), ("content-length", "1")], [(":status", "103")],
        [(":status", "204"), ("content-length", "1")],
        [(":status", "100"), ("content-length", "0")],
    ])
    func `what is no answer ends its stream without one`(_ fields: [(String, String)]) throws {
        let pair = SessionPair()
        try pair.askUpstream()
        // Both sides have said all: the stream is over, and no head came.
        #expect(try pair.answer(fields, isEnd: true) == [.fault, .closed])
    }

    @Test func `an answer's body comes behind its final head, and is as long as was said`() throws {
        let pair = SessionPair()
        try pair.askUpstream()
        #expect(try pair.answer([(":status", "103"), ("link", "a")], isEnd: false) == [.head])
        let final = [(":status", "200"), ("content-length", "3")]
        #expect(try pair.answer(final, isEnd: false) == [.head])
        #expect(try pair.answer(data: 2, isEnd: false) == [.data])
        #expect(try pair.answer(data: 1, isEnd: true) == [.data, .end, .closed])
        for pieces in [[2], [4], [2, 2]] {
            let pair = SessionPair()
            try pair.askUpstream()
            _ = try pair.answer(final, isEnd: false)
            var seen: [HTTP2Event.Kind] = []
            for (index, piece) in pieces.enumerated() {
                seen += try pair.answer(data: piece, isEnd: index + 1 == pieces.count)
            }
            #expect(seen.last { $0 != .closed } == .fault && !seen.contains(.end), "\(seen)")
        }
    }

    @Test func `what has no body, or a tunnel instead, needs no bytes of it`() throws {
        let head = [(":status", "200"), ("content-length", "3")]
        let pair = SessionPair()
        try pair.askUpstream("HEAD / HTTP/1.1")
        #expect(try pair.answer(head, isEnd: true) == [.headAtEnd, .closed])
        let tunnel = SessionPair()
        try tunnel.askUpstream(isTunnel: true)
        #expect(try tunnel.answer(head, isEnd: false) == [.head])
        #expect(try tunnel.answer(data: 9, isEnd: false) == [.data])
    }

    @Test func `an answer's trailers have no status`() throws {
        let pair = SessionPair()
        try pair.askUpstream()
        _ = try pair.answer([(":status", "200")], isEnd: false)
        #expect(try pair.answer([(":status", "200")], isEnd: true) == [.fault, .closed])
        let good = SessionPair()
        try good.askUpstream()
        _ = try good.answer([(":status", "200")], isEnd: false)
        #expect(try good.answer([("grpc-status", "0")], isEnd: true) == [.trailers, .closed])
    }

    @Test func `an answer that is none is nobody's fault but its own`() throws {
        let pair = SessionPair()
        try pair.askUpstream()
        #expect(try pair.answer([(":status", "20")], isEnd: true) == [.fault, .closed])
        // The worker frees the stream's slot; what leaves afterwards says nothing of the connection.
        pair.freeStreams()
        #expect(try pair.noticedWhileAsking().isEmpty)
        #expect(try pair.answerResets().isEmpty)
    }

    @Test func `trailers that are faulty and end nothing reset their stream`() throws {
        let pair = SessionPair()
        let fields = [("x_a", "b")]
        let first = try pair.ask(Self.get + fields, isEnd: false).map(\.1.kind)
        #expect(first == [.opened, .badHead])
        #expect(try pair.give(headers: fields, isEnd: false).map(\.1.kind) == [.fault])
        #expect(try pair.give(headers: fields, isEnd: false).isEmpty)
        #expect(try pair.resets() == [H2Reset(stream: 1, code: 1)])
    }

    @Test func `a block whose stream is gone is passed over`() throws {
        let pair = SessionPair()
        try pair.askUpstream()
        _ = try pair.answer([(":status", "200")], isEnd: false, endsBlock: false)
        pair.freeStreams()
        #expect(try pair.continueAnswer().isEmpty)
    }

    @Test(arguments: [
        ("u=0", 0, false), ("u=7, i", 7, true), ("i=?0,u=2", 2, false), ("i=?1;a=b", 3, true),
        ("u=8", 3, false), ("u=", 3, false), ("", 3, false), ("what, u=1;x", 1, false),
    ])
    func `priorities are read`(_ text: String, _ urgency: UInt32, isIncremental: Bool) {
        let priority = HTTP2Priority(text.utf8.span)
        #expect(priority.urgency == urgency && priority.isIncremental == isIncremental)
    }
}
