import TestSupport
import Testing

/// Who does not read holds up what is sent to him, and nothing else.
extension Matrix {
    @Suite struct `Back pressure` {
        private static let block = [UInt8](repeating: 0x61, count: 16384)
        /// What the kernel's buffers of two connections may take, and the gateway's own.
        private static let heldMax = Progress.kernelMax + (1 << 20)

        @Test(arguments: Pair.allCases)
        func `an upstream that does not read stops its client, and no other request`(
            pair: Pair
        ) throws {
            let mayRead = Latch()
            let total = 64 << 20
            try withPair(pair) { exchange in
                guard exchange.path == "/stuck" else { return try exchange.echo() }
                try mayRead.wait("the client is stuck", within: .seconds(20))
                var count = 0
                while let piece = try exchange.stream.readPiece() { count += piece.count }
                try exchange.answer(body: "\(count)")
            } _: { stage throws in
                let before = stage.gateway.process.residentKilobytes.now
                let client = stage.client()
                let stuck = try client.begin(fields("POST", "/stuck"))
                let progress = Progress()
                let upload = Background {
                    while progress.count < total {
                        try stuck.send(Self.block, isLast: false, within: .seconds(20))
                        progress.add(Self.block.count)
                    }
                    try stuck.send("", isLast: true)
                }
                try untilStable("bytes that the client got rid of") { progress.count }
                #expect(progress.count < Self.limit(pair), "\(progress.count)")
                for _ in 0..<10 { #expect(try client.ask(fields()).bodyText == "hello") }
                #expect(try client.ask(fields("POST", "/"), body: "more").bodyText == "more")
                if pair.client == .http2 { #expect(client.connections == 1) }
                mayRead.open()
                try upload.value()
                #expect(try stuck.readMessage().bodyText == "\(total)")
                let grown = stage.gateway.process.residentKilobytes.peak - before
                #expect(grown < Sanitizers.growth(4096), "\(grown) KiB more")
            }
        }

        @Test(arguments: Pair.allCases)
        func `a client that does not read one response gets the others`(pair: Pair) throws {
            let total = 64 << 20
            let progress = Progress()
            try withPair(pair) { exchange in
                try exchange.readRequest()
                guard exchange.path == "/stuck" else { return try exchange.answer(body: "hello") }
                try exchange.begin()
                while progress.count < total {
                    try exchange.stream.send(Self.block, isLast: false, within: .seconds(20))
                    progress.add(Self.block.count)
                }
                try exchange.end()
            } _: { stage throws in
                let before = stage.gateway.process.residentKilobytes.now
                let client = stage.client()
                let stuck = try client.request(fields("GET", "/stuck"))
                #expect(try stuck.readHead().status == 200)
                try untilStable("bytes that the upstream got rid of") { progress.count }
                #expect(progress.count < Self.limit(pair), "\(progress.count)")
                for _ in 0..<10 { #expect(try client.ask(fields()).bodyText == "hello") }
                if pair.client == .http2 { #expect(client.connections == 1) }
                if pair.upstream == .http2 { #expect(stage.upstream.connections == 1) }
                var count = 0
                while let piece = try stuck.readPiece() { count += piece.count }
                #expect(count == total)
                let grown = stage.gateway.process.residentKilobytes.peak - before
                #expect(grown < Sanitizers.growth(4096), "\(grown) KiB more")
            }
        }

        /// RFC 9113 §6.9.2.
        @Test(arguments: Pair.toHTTP2, [1, 100])
        func `an upstream with small windows gets the whole body`(
            pair: Pair, window: UInt32
        ) throws {
            let body = String(repeating: "0123456789", count: Int(window) * 10)
            try withPair(pair, upstreamSettings: [.initialWindowSize(window)]) { stage throws in
                let client = stage.client()
                // The windows are known with the first answer.
                for _ in 0..<2 {
                    #expect(try client.ask(fields("POST", "/"), body: body).bodyText == body)
                }
            }
        }

        @Test(arguments: Pair.fromHTTP2, [1, 100])
        func `a client with small windows gets the whole body`(pair: Pair, window: UInt32) throws {
            let body = String(repeating: "0123456789", count: Int(window) * 10)
            try withPair(pair) { exchange in
                try exchange.readRequest()
                try exchange.answer(body: body)
            } _: { stage throws in
                let client = stage.client(settings: [.initialWindowSize(window)])
                for _ in 0..<2 { #expect(try client.ask(fields()).bodyText == body) }
            }
        }

        /// Windows hold back an HTTP/2 side at a few hundred KiB; of HTTP/1 the kernel takes more.
        private static func limit(_ pair: Pair) -> Int {
            let isWindowed = pair.client == .http2 && pair.upstream == .http2
            return isWindowed ? 1 << 20 : heldMax
        }
    }
}

extension Progress {
    /// What the kernel takes of a connection on the loopback before it says that it is full, by
    /// its usual settings (tcp_wmem, tcp_rmem), for two of them.
    static let kernelMax = 2 * ((4 << 20) + (6 << 20))
}
