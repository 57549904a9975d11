import TestSupport
import Testing

/// Clients that go away.
extension Matrix {
    @Suite struct `Cancels` {
        /// Where the client leaves.
        enum Moment: String, CaseIterable, Sendable {
            case beforeResponse
            case inRequestBody
            case inResponseBody
        }

        private static let cases = Pair.allCases.flatMap { pair in
            Moment.allCases.map { (pair, $0) }
        }

        @Test(arguments: cases)
        func `the upstream learns at once, the log says DC, others go on`(
            pair: Pair, moment: Moment
        ) throws {
            let hasBegun = Latch()
            let isCut = Latch()
            try withPair(pair, settings: ["access-log": "text"]) { exchange in
                guard exchange.path == "/cut" else { return try exchange.echo() }
                switch moment {
                case .beforeResponse: try exchange.readRequest()
                case .inRequestBody: _ = try exchange.stream.readText(4)
                case .inResponseBody:
                    try exchange.readRequest()
                    try exchange.begin()
                    try exchange.send("some")
                }
                hasBegun.open()
                try exchange.stream.waitForCut(within: .seconds(5))
                isCut.open()
            } _: { stage throws in
                let client = stage.client()
                let other = try client.begin(fields("POST", "/other"))
                try other.send("before ")
                let stream = try client.begin(
                    fields("POST", "/cut"), isLast: moment != .inRequestBody)
                if moment == .inRequestBody { try stream.send("half") }
                try hasBegun.wait("the upstream has it")
                if moment == .inResponseBody {
                    #expect(try stream.readHead().status == 200)
                    #expect(try stream.readText(4) == "some")
                }
                stream.cut()
                try isCut.wait("the upstream learns of it", within: .seconds(2))
                try other.send("and after", isLast: true)
                #expect(try other.readMessage().bodyText == "before and after")
                #expect(try client.ask(fields()).bodyText == "hello")
                try stage.waitForCount(1, flags: "DC")
                try eventually("the log says so") {
                    stage.gateway.process.stdout.contains(#/"POST /cut HTTP/[12][.01]*" \d+ DC /#)
                }
                if pair.upstream == .http2 { #expect(stage.upstream.connections == 1) }
                if pair.client == .http2 { #expect(client.connections == 1) }
                #expect(stage.upstream.exchanges.filter { $0.path == "/cut" }.count == 1)
            }
        }

        /// Over HTTP/1 a close is seen when the next bytes are for nobody.
        @Test(arguments: Pair.allCases)
        func `a client that closes ends a response without an end`(pair: Pair) throws {
            let isCut = Latch()
            try withPair(pair) { exchange in
                try exchange.readRequest()
                guard exchange.path == "/endless" else { return try exchange.answer(body: "x") }
                try exchange.begin()
                defer { isCut.open() }
                while true { try exchange.send("some") }
            } _: { stage throws in
                let stream = try stage.client().request(fields("GET", "/endless"))
                #expect(try stream.readHead().status == 200)
                #expect(try stream.readPiece() != nil)
                stream is PlainStream ? stream.socket.close() : stream.socket.cut()
                try isCut.wait("the upstream learns of it", within: .seconds(2))
                try stage.waitForCount(1, flags: "DC")
                #expect(try stage.ask(fields()).bodyText == "x")
            }
        }

        @Test(arguments: Pair.allCases)
        func `a client whose connection goes takes all of its exchanges with it`(
            pair: Pair
        ) throws {
            let cuts = AtomicCount()
            let allCut = Latch()
            try withPair(pair) { exchange in
                guard exchange.path == "/cut" else { return try exchange.echo() }
                try exchange.readRequest()
                try exchange.stream.waitForCut(within: .seconds(5))
                if cuts.add() == 3 { allCut.open() }
            } _: { stage throws in
                let client = stage.client()
                for _ in 0..<3 { _ = try client.request(fields("GET", "/cut")) }
                try eventually("the upstream has them") { stage.upstream.exchanges.count == 3 }
                client.close()
                try allCut.wait("the upstream learns of all", within: .seconds(2))
                try stage.waitForCount(3, flags: "DC")
                #expect(try stage.ask(fields()).bodyText == "hello")
            }
        }
    }
}
