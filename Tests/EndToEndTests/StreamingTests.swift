import TestSupport
import Testing

/// Responses without an end, whose pieces must not wait for one another.
@Suite struct `Streaming` {
    @Test(arguments: [true, false])
    func `each event arrives before the next is sent`(isChunked: Bool) throws {
        let seen = (0..<50).map { _ in Latch() }
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            let fields = ["Content-Type: text/event-stream"]
            try connection.send(
                (["HTTP/1.1 200 OK"] + fields + (isChunked ? ["Transfer-Encoding: chunked"] : []))
                    .joined(separator: "\r\n") + "\r\n\r\n")
            for (number, latch) in seen.enumerated() {
                let event = "data: \(number)\n\n"
                try connection.send(
                    isChunked ? "\(String(event.utf8.count, radix: 16))\r\n\(event)\r\n" : event)
                try latch.wait("event \(number) was seen")
            }
            // The client has gone: the gateway learns of it by sending, and passes it on.
            for _ in 0..<100_000 { try connection.send(isChunked ? "1\r\n:\r\n" : ":") }
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("GET", "/", "Accept: text/event-stream"))
            var answer = try client.readResponseHead()
            #expect(answer["Content-Type"] == "text/event-stream")
            for (number, latch) in seen.enumerated() {
                let event = try client.readChunk(of: &answer, within: .seconds(2))
                #expect(event.map { String(decoding: $0, as: UTF8.self) } == "data: \(number)\n\n")
                latch.open()
            }
            client.close()
            try eventually("the upstream learns of it") { try upstream.connection().isClosed }
            #expect(try upstream.connection().fault != nil)
        }
    }

    @Test func `a head without a body yet is forwarded at once`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
            try connection.waitForEnd()
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            #expect(try client.readResponseHead(within: .seconds(2)).status == 200)
        }
    }

    @Test func `each piece of an upload arrives before the next is sent`() throws {
        let seen = (0..<20).map { _ in Latch() }
        try withApp { connection in
            guard try connection.readHead() != nil else { return }
            for latch in seen {
                var piece: [UInt8] = []
                while !piece.suffix("piece\r\n".utf8.count).elementsEqual("piece\r\n".utf8) {
                    piece += try connection.readSome()
                }
                latch.open()
            }
            _ = try connection.readExactly(5)
            try connection.send(response(body: "all"))
            try connection.waitForEnd()
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("POST", "/", "Transfer-Encoding: chunked"))
            for latch in seen {
                try client.send("5\r\npiece\r\n")
                try latch.wait("the piece arrived", within: .seconds(2))
            }
            try client.send("0\r\n\r\n")
            #expect(try client.readResponse().bodyText == "all")
        }
    }
}
