import TestSupport
import Testing

/// 64 MiB either way, past a reader that does not read: memory stays bounded.
@Suite struct `Large bodies` {
    private static let size = 64 << 20
    private static let block = (0..<65536).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    @Test(arguments: [false, true])
    func `a download waits for a slow client`(isChunked: Bool) throws {
        let progress = Progress()
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(Self.size)"
            try connection.send(head("HTTP/1.1 200 OK", framing))
            for _ in 0..<(Self.size / Self.block.count) {
                if isChunked { try connection.send("10000\r\n") }
                try connection.send(Self.block)
                if isChunked { try connection.send("\r\n") }
                progress.add(Self.block.count)
            }
            if isChunked { try connection.send("0\r\n\r\n") }
            try connection.waitForEnd()
        } _: { gateway, _ throws in
            let before = gateway.process.residentKilobytes.now
            let client = try RawClient(port: gateway.external, receiveBuffer: 65536)
            try client.send(ask())
            var answer = try client.readResponseHead()
            try untilStable("bytes that the upstream got rid of") { progress.count }
            #expect(progress.count < Self.size)
            if isChunked {
                var body = BodyCheck(Self.block)
                while let chunk = try client.readChunk(of: &answer) { body.take(chunk[...]) }
                #expect(body.isGood && body.count == Self.size)
            } else {
                var body = BodyCheck(Self.block)
                while body.count < Self.size { body.take(try client.readSome()[...]) }
                #expect(body.isGood && body.count == Self.size)
            }
            let grown = gateway.process.residentKilobytes.peak - before
            #expect(grown < Sanitizers.growth(4096), "\(grown) KiB more")
        }
    }

    @Test(arguments: [false, true])
    func `an upload waits for a slow upstream`(isChunked: Bool) throws {
        let progress = Progress()
        let mayRead = Latch()
        try withApp { connection in
            guard var request = try connection.readHead() else { return }
            try mayRead.wait("the client is stuck", within: .seconds(30))
            try connection.readBody(of: &request)
            var body = BodyCheck(Self.block)
            body.take(request.body[...])
            try connection.send(response(body: "\(body.isGood) \(body.count)"))
        } _: { gateway, _ throws in
            let before = gateway.process.residentKilobytes.now
            let client = try RawClient(port: gateway.external)
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(Self.size)"
            try client.send(ask("PUT", "/", framing))
            let socket = client.socket
            let upload = Background {
                for _ in 0..<(Self.size / Self.block.count) {
                    let deadline = Deadline.after(.seconds(30))
                    if isChunked { try socket.write(Array("10000\r\n".utf8), by: deadline) }
                    try socket.write(Self.block, by: deadline)
                    if isChunked { try socket.write([13, 10], by: deadline) }
                    progress.add(Self.block.count)
                }
                if isChunked {
                    try socket.write(Array("0\r\n\r\n".utf8), by: .after(.seconds(30)))
                }
            }
            try untilStable("bytes that the client got rid of") { progress.count }
            #expect(progress.count < Self.size)
            mayRead.open()
            try upload.value()
            let answer = try client.readResponse(within: .seconds(30))
            #expect(answer.bodyText == "true \(Self.size)")
            let grown = gateway.process.residentKilobytes.peak - before
            #expect(grown < Sanitizers.growth(4096), "\(grown) KiB more")
        }
    }
}
