import TestSupport
import Testing

/// What only an HTTP/2 upstream may say of its streams, for either client.
extension Matrix {
    @Suite struct `Upstream streams` {
        @Test(arguments: Pair.toHTTP2)
        func `a refused stream is sent again`(pair: Pair) throws {
            let seen = AtomicCount()
            try withPair(pair) { exchange in
                if seen.add() == 1 { return try exchange.shared().reset(.refusedStream) }
                try exchange.echo()
            } _: { stage throws in
                let answer = try stage.ask(fields("GET", "/"))
                #expect(answer.status == 200)
                #expect(answer.bodyText == "hello")
                #expect(stage.upstream.exchanges.map(\.path) == ["/", "/"])
                try stage.waitForCount(1, flags: "-", code: "200")
            }
        }

        @Test(arguments: Pair.toHTTP2)
        func `a refused stream whose body was sent is 503`(pair: Pair) throws {
            try withPair(pair) { exchange in
                _ = try exchange.stream.readText(4)
                try exchange.shared().reset(.refusedStream)
            } _: { stage throws in
                let answer = try stage.ask(fields("POST", "/"), body: "body")
                #expect(answer.status == 503)
                #expect(stage.upstream.exchanges.count == 1)
            }
        }

        /// RFC 9113 §6.8.
        @Test(arguments: Pair.toHTTP2)
        func `streams that GOAWAY leaves out are sent again elsewhere, the others finish`(
            pair: Pair
        ) throws {
            let mayFinish = Latch()
            try withPair(pair) { exchange in
                try exchange.readRequest()
                guard exchange.connection == 0 else { return try exchange.answer(body: "new") }
                let shared = try exchange.shared()
                if exchange.path == "/left" {
                    return try shared.connection.send(.goAway(last: 1))
                }
                try exchange.begin()
                try exchange.send("old ")
                try mayFinish.wait("the other is answered")
                try exchange.send("end", isLast: true)
            } _: { stage throws in
                let client = stage.client()
                let kept = try client.request(fields("GET", "/kept"))
                #expect(try kept.readHead().status == 200)
                for _ in 0..<2 {
                    let left = try client.ask(fields("GET", "/left"))
                    #expect(left.status == 200)
                    #expect(left.bodyText == "new")
                }
                mayFinish.open()
                #expect(try kept.readText(7) == "old end")
                #expect(try kept.readPiece() == nil)
                #expect(stage.upstream.connections == 2)
                try stage.waitForCount(3, flags: "-", code: "200")
            }
        }

        @Test(arguments: Pair.toHTTP2)
        func `a stream that is open at GOAWAY finishes, with its request's body`(
            pair: Pair
        ) throws {
            try withPair(pair) { exchange in
                if exchange.connection == 0 {
                    try exchange.shared().connection.send(.goAway(last: 1))
                }
                try exchange.echo()
            } _: { stage throws in
                let client = stage.client()
                let stream = try client.begin(fields("POST"))
                try stream.send("one ")
                try eventually("it is there") { stage.upstream.exchanges.count == 1 }
                #expect(try client.ask(fields()).bodyText == "hello")
                try stream.send("two", isLast: true)
                #expect(try stream.readMessage().bodyText == "one two")
            }
        }

        /// As most upstreams do (RFC 9113 §5.1.2), it refuses what is too much.
        @Test(arguments: Pair.toHTTP2, [true, false])
        func `an upstream of two streams a connection gets more connections`(
            pair: Pair, isLimitKnown: Bool
        ) throws {
            let open = OpenCount()
            let mayAnswer = Latch()
            try withPair(pair, upstreamSettings: [.maxConcurrentStreams(2)]) { exchange in
                guard open.begin(exchange.connection, atMost: 2) else {
                    return try exchange.shared().reset(.refusedStream)
                }
                try exchange.readRequest()
                if exchange.path == "/held" { try mayAnswer.wait("all are there") }
                open.end(exchange.connection)
                try exchange.answer(body: exchange.path)
            } _: { stage throws in
                let client = stage.client()
                if isLimitKnown { #expect(try client.ask(fields()).status == 200) }
                let streams = try (0..<8).map { _ in try client.request(fields("GET", "/held")) }
                _ = try? eventually("all are there", within: .seconds(2)) { open.total == 8 }
                #expect(open.total == 8, "open at a time")
                mayAnswer.open()
                let answers = try streams.map { try $0.readMessage().status }
                #expect(answers == [Int](repeating: 200, count: 8))
                #expect(stage.upstream.connections >= 4)
            }
        }

        @Test(arguments: Pair.toHTTP2)
        func `requests of many clients share a connection`(pair: Pair) throws {
            let open = OpenCount()
            let mayAnswer = Latch()
            try withPair(pair) { exchange in
                open.begin(exchange.connection)
                try exchange.readRequest()
                if exchange.path == "/held" { try mayAnswer.wait("all are there") }
                open.end(exchange.connection)
                try exchange.answer(body: exchange.path)
            } _: { stage throws in
                #expect(try stage.ask(fields()).status == 200)
                let streams = try (0..<10).map { _ in
                    try stage.client().request(fields("GET", "/held"))
                }
                try eventually("all are there") { open.total == 10 }
                mayAnswer.open()
                for stream in streams { #expect(try stream.readMessage().status == 200) }
                #expect(stage.upstream.connections == 1)
            }
        }

        @Test(arguments: Pair.toHTTP2)
        func `a connection that dies takes answers with it that had begun, and no others`(
            pair: Pair
        ) throws {
            let hasBegun = Latch()
            try withPair(pair) { exchange in
                try exchange.readRequest()
                guard exchange.connection == 0, exchange.path != "/first" else {
                    return try exchange.answer(body: "new")
                }
                if exchange.path == "/begun" {
                    try exchange.begin()
                    try exchange.send("some")
                    return hasBegun.open()
                }
                try hasBegun.wait("the other has begun")
                exchange.stream.closeConnection()
            } _: { stage throws in
                let client = stage.client()
                #expect(try client.ask(fields("GET", "/first")).status == 200)
                let begun = try client.request(fields("GET", "/begun"))
                #expect(try begun.readHead().status == 200)
                #expect(try begun.readText(4) == "some")
                #expect(try client.ask(fields("GET", "/waits")).bodyText == "new")
                #expect(throws: WireFault.self) { try begun.readPiece(within: .seconds(2)) }
            }
        }
    }
}
