import TestSupport
import Testing

/// `Expect: 100-continue` and the other interim responses.
@Suite struct `Interim responses` {
    private func expecting(_ length: Int) -> String {
        ask("POST", "/", "Content-Length: \(length)", "Expect: 100-continue")
    }

    @Test func `a client that waits for 100 gets it and then sends its body`() throws {
        try withApp { connection in
            while var request = try connection.readHead() {
                if request.has("Expect", word: "100-continue") {
                    try connection.send(head("HTTP/1.1 100 Continue"))
                }
                try connection.readBody(of: &request)
                try connection.send(response(body: request.bodyText))
            }
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<3 {
                try client.send(expecting(5))
                #expect(try client.readResponseHead().status == 100)
                try client.send("hello")
                let answer = try client.readResponse()
                #expect(answer.status == 200)
                #expect(answer.interim.isEmpty)
                #expect(answer.bodyText == "hello")
            }
        }
    }

    @Test func `a client that does not wait is served too`() throws {
        try withApp { connection in
            while var request = try connection.readHead() {
                try connection.send(head("HTTP/1.1 100 Continue"))
                try connection.readBody(of: &request)
                try connection.send(response(body: request.bodyText))
            }
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<3 {
                try client.send(expecting(5) + "hello")
                let answer = try client.readResponse()
                #expect(answer.status == 200)
                #expect(answer.bodyText == "hello")
            }
        }
    }

    @Test(arguments: ["417 Expectation Failed", "413 Content Too Large", "401 Unauthorized"])
    func `a refusal instead of 100 reaches the client before it sends a body`(
        status: String
    ) throws {
        try withApp { connection in
            guard try connection.readHead() != nil else { return }
            try connection.send(response(status, body: "no"))
            try connection.waitForEnd()
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(expecting(1_000_000))
            let answer = try client.readResponse()
            #expect(answer.status == Int(status.prefix(3)))
            #expect(answer.bodyText == "no")
            // The body that never came must not be waited for for ever, nor taken for a request.
            #expect(answer.has("Connection", word: "close"))
            client.finishSending()
            #expect(try client.waitForEnd() == .closed(after: 0))
            #expect(upstream.receivedText.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `103 is forwarded to HTTP/1.1 as often as it comes`() throws {
        try withApp(answering: { _ in
            head("HTTP/1.1 103 Early Hints", "Link: </a.css>; rel=preload")
                + head("HTTP/1.1 103 Early Hints", "Link: </b.css>; rel=preload")
                + response(body: "page")
        }) { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<2 {
                try client.send(ask())
                let answer = try client.readResponse()
                #expect(answer.interim.map(\.status) == [103, 103])
                #expect(
                    answer.interim.map { $0["Link"] } == [
                        "</a.css>; rel=preload", "</b.css>; rel=preload",
                    ])
                #expect(answer.bodyText == "page")
            }
        }
    }

    @Test func `103 arrives before the final response is there`() throws {
        let isSeen = Latch()
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(head("HTTP/1.1 103 Early Hints", "Link: </a>"))
            try isSeen.wait("the client saw 103")
            try connection.send(response(body: "page"))
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            #expect(try client.readResponseHead().status == 103)
            isSeen.open()
            #expect(try client.readResponse().bodyText == "page")
        }
    }

    @Test func `HTTP/1.0 clients see the final response only`() throws {
        try withApp(answering: { _ in
            head("HTTP/1.1 103 Early Hints", "Link: </a>") + response(body: "page")
        }) { gateway, _ throws in
            let answer = try RawClient.ask(
                port: gateway.external, head("GET / HTTP/1.0", "Host: \(app)"))
            #expect(answer.interim.isEmpty)
            #expect(answer.bodyText == "page")
        }
    }

    @Test func `a thousand interim responses do no harm`() throws {
        let hint = head("HTTP/1.1 103 Early Hints", "Link: </a>")
        let hints = String(repeating: hint, count: 1000)
        try withApp(answering: { hints + response(body: $0.target) }) { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            let answer = try client.readResponse()
            // A limit on them is as good as passing them all on.
            #expect(answer.status == 200 && answer.interim.count == 1000 || answer.status == 502)
        }
    }
}
