import TestSupport
import Testing

/// Responses that come while the request's body is still on its way.
@Suite struct `Early responses` {
    private let block = [UInt8](repeating: 0x61, count: 65536)

    @Test func `an answer in the middle of an upload reaches the client`() throws {
        try withApp { connection in
            guard let request = try connection.readHead() else { return }
            if request.method == "POST" { _ = try connection.readExactly(1000) }
            try connection.send(response("413 Content Too Large", body: "too much"))
            try connection.waitForEnd()
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("POST", "/", "Content-Length: 1000000000"))
            try client.send(block)
            let answer = try client.readResponse()
            #expect(answer.status == 413)
            #expect(answer.bodyText == "too much")
            #expect(answer.has("Connection", word: "close"))
            // The rest of the body is never taken for a request, and its connection never pooled.
            try? client.send(Array("GET /smuggled HTTP/1.1\r\n\r\n".utf8))
            client.finishSending()
            _ = try client.waitForEnd()
            #expect(try RawClient.ask(port: gateway.external, ask()).status == 413)
            #expect(upstream.connections.count == 2)
        }
    }

    @Test func `an upstream that answers and closes in the middle of an upload is heard`() throws {
        try withApp { connection in
            guard try connection.readHead() != nil else { return }
            _ = try connection.readExactly(1000)
            try connection.send(
                response("413 Content Too Large", "Connection: close", body: "too much"))
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("POST", "/", "Content-Length: 1000000000"))
            try client.send([UInt8](repeating: 0x61, count: 1000))
            let answer = try client.readResponse()
            #expect(answer.status == 413)
            #expect(answer.bodyText == "too much")
        }
    }

    @Test func `both bodies flow at once`() throws {
        try withApp { connection in
            guard try connection.readHead() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
            for _ in 0..<20 {
                var arrived: [UInt8] = []
                while !arrived.suffix("ping\r\n".utf8.count).elementsEqual("ping\r\n".utf8) {
                    arrived += try connection.readSome()
                }
                try connection.send("4\r\npong\r\n")
            }
            try connection.send("0\r\n\r\n")
            _ = try connection.readExactly(5)
            try connection.waitForEnd()
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("POST", "/", "Transfer-Encoding: chunked"))
            try client.send("4\r\nping\r\n")
            var answer = try client.readResponseHead()
            for round in 0..<20 {
                #expect(try client.readChunk(of: &answer) == Array("pong".utf8))
                if round < 19 { try client.send("4\r\nping\r\n") }
            }
            try client.send("0\r\n\r\n")
            #expect(try client.readChunk(of: &answer) == nil)
        }
    }

    @Test func `an early answer does not stop an upstream that reads on`() throws {
        let size = 4 << 20
        try withApp { connection in
            while var request = try connection.readHead() {
                try connection.send(response(body: "early"))
                try connection.readBody(of: &request)
            }
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("POST", "/", "Content-Length: \(size)"))
            let socket = client.socket
            let block = self.block
            let upload = Background {
                for _ in 0..<(size / block.count) {
                    try socket.write(block, by: .after(.seconds(20)))
                }
            }
            let answer = try client.readResponse()
            #expect(answer.status == 200)
            #expect(answer.bodyText == "early")
            // The gateway may close after such an answer, or take the rest; never mix it up.
            _ = try? upload.value()
            if !answer.has("Connection", word: "close") {
                try client.send(ask())
                #expect(try client.readResponse().bodyText == "early")
            }
        }
    }
}
