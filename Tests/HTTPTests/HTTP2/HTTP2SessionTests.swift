import Bytes
import HTTP
import Testing

/// Heads and bodies through two sessions, whole and in pieces.
struct HTTP2SessionTests {
    private static let request = Array(
        "POST /a?b=c HTTP/1.1\r\nHost: a.example:80\r\nX-One: 1\r\nTE: trailers\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            .utf8)
    private static let asText =
        "POST /a?b=c HTTP/1.1\r\nhost: a.example:80\r\nx-one: 1\r\nte: trailers\r\ntransfer-encoding: chunked\r\n\r\n"

    @Test(arguments: [1, 2, 7, 64, .max])
    func `a request with a body and trailers arrives however it is cut`(step: Int) throws {
        let pair = SessionPair(step: step)
        let stream = pair.asking.request(
            Self.request.span, isSecure: false, isTunnel: false, hasBody: true)
        try #require(!stream.isNone)
        let streams = pair.workspace.streams
        streams[stream].output.append(utf8: "hello", from: &pair.pool)
        streams[stream].outputTrailers.append(utf8: "X-End: yes\r\n", from: &pair.pool)
        streams[stream].isOutputEnded = true
        let noticed = try pair.toServer().map(\.1).filter {
            $0.kind != .settings && $0.kind != .opened
        }
        #expect(noticed.first == .init(kind: .head, text: Self.asText))
        #expect(noticed.filter { $0.kind == .data }.map(\.text).joined() == "hello")
        #expect(noticed.last == .init(kind: .trailers, text: "x-end: yes\r\n"))
    }

    @Test(arguments: [1, 3, .max])
    func `interim and final responses are heads, and the end is told`(step: Int) throws {
        let pair = SessionPair(step: step)
        let asked = pair.asking.request(
            Self.request.span, isSecure: true, isTunnel: false, hasBody: false)
        let stream = try #require(
            try pair.toServer().first { $0.0.kind == .headAtEnd }?.0.stream)
        let early = Array("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".utf8)
        pair.answering.respond(stream, early.span, hasBody: true)
        let final = Array("HTTP/1.1 204 No Content\r\nX-Two: 2\r\nHost: a\r\n\r\n".utf8)
        pair.answering.respond(stream, final.span, hasBody: false)
        let noticed = try pair.toClient()
        let heads = noticed.map(\.1).filter { $0.kind == .head || $0.kind == .headAtEnd }
        #expect(heads.map(\.kind) == [.head, .headAtEnd])
        #expect(heads.first?.text == "HTTP/1.1 103 \r\nlink: </a>\r\n\r\n")
        #expect(heads.last?.text == "HTTP/1.1 204 \r\nx-two: 2\r\nhost: a\r\n\r\n")
        let closed = noticed.filter { $0.0.kind == .closed }
        #expect(closed.map(\.0.stream) == [asked])
        #expect(closed.map(\.0.code) == [0])
    }

    /// That is no fault of the client's, and it may ask again at once (RFC 9113 §8.7).
    @Test func `a stream without a slot is refused, however often that happens`() throws {
        // Both sides have theirs in one slab: there is room for one on both, and the asking side's next.
        let pair = SessionPair(streams: 3)
        let streams = pair.workspace.streams
        func ask(hasBody: Bool) -> Handle {
            let stream = pair.asking.request(
                Self.request.span, isSecure: false, isTunnel: false, hasBody: hasBody)
            if hasBody {
                streams[stream].output.append(utf8: "hello", from: &pair.pool)
                streams[stream].isOutputEnded = true
            }
            return stream
        }
        let first = ask(hasBody: false)
        let held = try #require(try pair.toServer().first { $0.0.kind == .headAtEnd }?.0.stream)
        for number in 0..<1000 {
            let asked = ask(hasBody: true)
            if number.isMultiple(of: 4) {
                // It is taken back before the refusal goes out.
                let noticed = try pair.toServer(thenReset: asked).map(\.0)
                #expect(noticed.filter { $0.kind != .settings }.map(\.kind) == [.fault])
                #expect(try pair.noticedWhileAnswering() == [])
                _ = streams.remove(asked)
                continue
            }
            let noticed = try pair.toServer().map(\.0)
            #expect(noticed.filter { $0.kind != .settings }.map(\.kind) == [.fault])
            #expect(noticed.last?.code == UInt32(HTTP2Fault.noRoom.rawValue))
            let closed = try pair.toClient().map(\.0).filter { $0.kind == .closed }
            #expect(closed.map(\.stream) == [asked])
            #expect(closed.map(\.code) == [HTTP2Code.refusedStream.rawValue])
            _ = streams.remove(asked)
        }
        let answer = Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)
        pair.answering.respond(held, answer.span, hasBody: false)
        #expect(try pair.toClient().contains { $0.0.kind == .headAtEnd && $0.0.stream == first })
        pair.freeStreams()
        _ = ask(hasBody: false)
        #expect(try pair.toServer().contains { $0.0.kind == .headAtEnd })
    }

    @Test func `a tunnel is an extended CONNECT, and an upgrade where it arrives`() throws {
        let pair = SessionPair()
        _ = pair.asking.request(
            Array("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n".utf8).span,
            isSecure: false, isTunnel: true, hasBody: true)
        let head = try #require(try pair.toServer().first { $0.0.kind == .head })
        #expect(
            head.1.text
                == "GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
        )
        _ = try pair.toClient()
        let allows = pair.asking.allowsTunnels
        #expect(allows)
    }

    @Test func `cookies are joined and a head too large is said`() throws {
        let pair = SessionPair()
        let two = "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\nX: y\r\nCookie: b=2\r\n\r\n"
        _ = pair.asking.request(
            Array(two.utf8).span, isSecure: false, isTunnel: false, hasBody: false)
        let first = try #require(try pair.toServer().first { $0.0.kind == .headAtEnd })
        #expect(
            first.1.text == "GET / HTTP/1.1\r\nhost: a\r\nx: y\r\ncookie: a=1; b=2\r\n\r\n")
        let long =
            "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 62_000))\r\n\r\n"
        _ = pair.asking.request(
            Array(long.utf8).span, isSecure: false, isTunnel: false, hasBody: false)
        let second = try #require(try pair.toServer().first { $0.0.kind == .badHead })
        #expect(HeadFault(rawValue: UInt8(second.0.code)) == .headTooLarge)
    }

    @Test func `what is no HTTP/2 ends the session`() throws {
        let pair = SessionPair()
        let bytes = Array("GET / HTTP/1.1\r\n\r\n".utf8)
        #expect(throws: HTTP2Fault.badPreface) {
            _ = try pair.answering.receive(bytes.span, now: 0)
        }
    }

    /// A head in `count` CONTINUATION frames behind its HEADERS.
    private static func continued(_ count: Int) -> [UInt8] {
        let field: [UInt8] = [0, 3] + "x-a".utf8 + [1] + "b".utf8
        let path: [UInt8] = [0x82, 0x86, 0x84, 0x41, 1] + "a".utf8
        var bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        bytes += [0, 0, 0, 4, 0, 0, 0, 0, 0]
        bytes += [0, 0, UInt8(path.count), 1, 1, 0, 0, 0, 1] + path
        for index in 1...count {
            bytes += [0, 0, UInt8(field.count), 9, index == count ? 4 : 0, 0, 0, 0, 1] + field
        }
        return bytes
    }

    @Test(arguments: [1, 2, 5, 9, .max])
    func `a head in eight continuations is one, in nine a flood, however they are cut`(
        step: Int
    ) throws {
        let pair = SessionPair(step: step)
        let noticed = try pair.give(Self.continued(8))
        #expect(noticed.contains { $0.0.kind == .headAtEnd })
        let other = SessionPair(step: step)
        #expect(throws: HTTP2Fault.floodOfContinuations) {
            try other.give(Self.continued(9))
        }
    }

    @Test func `random bytes behind the preface never trap`() throws {
        var random = Random(seed: 7)
        for _ in 0..<300 {
            let pair = SessionPair()
            var bytes =
                Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
            for _ in 0..<40 {
                let count = Int(random.next() % 32)
                bytes += [
                    0, 0, UInt8(count), UInt8(random.next() % 12),
                    UInt8(truncatingIfNeeded: random.next()), 0, 0, 0, UInt8(random.next() % 8),
                ]
                bytes += (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            }
            let taken = try? pair.answering.receive(bytes.span, now: 0)
            #expect(taken ?? 0 <= bytes.count)
            pair.workspace.forget()
        }
    }
}
