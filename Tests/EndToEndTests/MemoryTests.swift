import TestSupport
import Testing

/// What one connection did to the worker's memory must not meet another.
@Suite struct `The worker's memory` {
    @Test func `an unfinished head behind a request, then a slow download, harm nobody`() throws {
        let mayAnswer = Latch()
        let size = 8 << 20
        try withApp { connection in
            while let request = try connection.readRequest() {
                if request.target == "/late" { try mayAnswer.wait("the half head is there") }
                let count = request.target == "/large" ? size : 2
                try connection.send(response(body: String(repeating: "x", count: count)))
            }
        } _: { gateway, _ throws in
            // Half a head fills the buffer that the worker receives into, and then goes away.
            let first = try RawClient(port: gateway.external)
            let half = "GET / HTTP/1.1\r\nHost: \(app)\r\nX-Long: "
            try first.send(ask("GET", "/late"))
            try first.send(half + String(repeating: "a", count: 50_000))
            first.finishSending()
            mayAnswer.open()
            #expect(try first.readResponse().status == 200)
            #expect(try first.waitForEnd() == .closed(after: 0))

            // A download that the client takes slowly has the most in the buffers.
            let slow = try RawClient(port: gateway.external)
            try slow.send(ask("GET", "/large"))
            let head = try slow.readResponseHead()
            #expect(head.status == 200)
            var taken = 0
            while taken < size { taken += try slow.readExactly(min(size - taken, 65_536)).count }
            #expect(taken == size)
        }
    }

    @Test func `requests without end in one packet leave others their turn`() throws {
        try withApp(answering: { _ in response(body: "x") }) { gateway, _ throws in
            let greedy = try RawClient(port: gateway.external)
            let unknown = "GET / HTTP/1.1\r\nHost: nobody\r\n\r\n"
            try greedy.send(String(repeating: unknown, count: 2000))
            let other = try RawClient(port: gateway.external)
            try other.send(ask())
            #expect(try other.readResponse().bodyText == "x")
            for _ in 0..<2000 { #expect(try greedy.readResponse().status == 404) }
        }
    }
}
