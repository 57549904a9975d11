import TestSupport
import Testing

/// Requests sent before the answers to the earlier ones.
@Suite struct `Pipelining` {
    @Test func `twenty requests in one packet are answered in order`() throws {
        try withApp(answering: { response(body: $0.target) }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send((0..<20).map { ask("GET", "/\($0)") }.joined())
            for number in 0..<20 {
                #expect(try client.readResponse().bodyText == "/\(number)")
            }
            #expect(upstream.requests.map(\.target) == (0..<20).map { "/\($0)" })
        }
    }

    @Test func `twenty requests with bodies of both framings keep theirs apart`() throws {
        try withApp(answering: { response(body: $0.target + "=" + $0.bodyText) }) {
            gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            let requests = (0..<20).map { number in
                number.isMultiple(of: 2)
                    ? post("/\(number)", "GET /x HTTP/1.1\r\n\(number)")
                    : ask("PUT", "/\(number)", "Transfer-Encoding: chunked")
                        + chunked("GET /y HTTP/1.1\r\n", "\(number)")
            }
            try client.send(requests.joined())
            for number in 0..<20 {
                let word = number.isMultiple(of: 2) ? "x" : "y"
                let body = try client.readResponse().bodyText
                #expect(body == "/\(number)=GET /\(word) HTTP/1.1\r\n\(number)")
            }
        }
    }

    @Test func `HEAD, 204 and chunked answers keep their places`() throws {
        try withApp(answering: { request in
            switch request.target {
            case "/204": head("HTTP/1.1 204 No Content")
            case "/chunked":
                head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunked("a", "b")
            default:
                request.method == "HEAD"
                    ? head("HTTP/1.1 200 OK", "Content-Length: 7") : response(body: "content")
            }
        }) { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            let round = [("HEAD", "/"), ("GET", "/204"), ("GET", "/chunked"), ("GET", "/")]
            try client.send((0..<5).flatMap { _ in round.map { ask($0.0, $0.1) } }.joined())
            for _ in 0..<5 {
                let answers = try round.map { try client.readResponse(to: $0.0) }
                #expect(answers.map(\.status) == [200, 204, 200, 200])
                #expect(answers.map(\.bodyText) == ["", "", "ab", "content"])
            }
        }
    }

    @Test func `a refused request after good ones leaves their answers whole`() throws {
        try withApp(answering: { response(body: $0.target) }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            let bad = ask("GET", "/bad", "Content-Length: 1", "Transfer-Encoding: chunked")
            try client.send(ask("GET", "/1") + ask("GET", "/2") + bad + ask("GET", "/3"))
            #expect(try client.readResponse().bodyText == "/1")
            #expect(try client.readResponse().bodyText == "/2")
            #expect(try client.readResponse().status == 400)
            #expect(try client.waitForEnd() == .closed(after: 0))
            #expect(upstream.requests.map(\.target) == ["/1", "/2"])
        }
    }

    @Test func `a client that goes on pipelining without reading is held back`() throws {
        let body = String(repeating: "x", count: 100_000)
        try withApp(answering: { _ in response(body: body) }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external, receiveBuffer: 4096)
            try client.send((0..<300).map { ask("GET", "/\($0)") }.joined())
            let before = gateway.process.residentKilobytes.peak
            try untilStable("requests forwarded") { upstream.requests.count }
            #expect(upstream.requests.count < 300)
            for _ in 0..<300 { #expect(try client.readResponse().body.count == 100_000) }
            #expect(gateway.process.residentKilobytes.peak - before < Sanitizers.growth(8192))
        }
    }
}
