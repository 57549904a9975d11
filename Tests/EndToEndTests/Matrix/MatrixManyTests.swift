import TestSupport
import Testing

/// Many exchanges at a time, and heads that are large.
extension Matrix {
    @Suite struct `Many` {
        @Test(arguments: Pair.allCases)
        func `every answer belongs to its request`(pair: Pair) throws {
            try withPair(pair) { exchange in
                let request = try exchange.readRequest()
                let text = "\(exchange.path) \(request["x-number"] ?? "") \(request.bodyText)"
                try exchange.answer(200, ("x-number", request["x-number"] ?? ""), body: text)
            } _: { stage throws in
                let client = stage.client()
                for round in 0..<4 {
                    let bodies = (0..<40).map { number in
                        String(repeating: "\(round)-\(number) ", count: number * number)
                    }
                    let streams = try bodies.enumerated().map { number, body in
                        try client.request(
                            fields("POST", "/\(number)", ("x-number", "\(number)")), body: body)
                    }
                    for (number, stream) in streams.enumerated() {
                        let answer = try stream.readMessage()
                        #expect(answer["x-number"] == "\(number)")
                        #expect(answer.bodyText == "/\(number) \(number) \(bodies[number])")
                    }
                }
                if pair.client == .http2 { #expect(client.connections == 1) }
                if pair.upstream == .http2 { #expect(stage.upstream.connections == 1) }
                try stage.waitForCount(160, flags: "-", code: "200")
            }
        }

        @Test(arguments: Pair.allCases)
        func `those that are cancelled among many harm no other`(pair: Pair) throws {
            let mayAnswer = Latch()
            try withPair(pair) { exchange in
                let body = try exchange.readRequest().bodyText
                try mayAnswer.wait("some are cancelled")
                try exchange.answer(body: body)
            } _: { stage throws in
                let client = stage.client()
                let streams = try (0..<40).map { number in
                    try client.request(fields("POST", "/\(number)"), body: "body \(number)")
                }
                try eventually("all are there") { stage.upstream.requests.count == 40 }
                for (number, stream) in streams.enumerated() where number % 3 == 0 {
                    stream.cut()
                }
                try stage.waitForCount(14, flags: "DC")
                mayAnswer.open()
                for (number, stream) in streams.enumerated() where number % 3 != 0 {
                    #expect(try stream.readMessage().bodyText == "body \(number)")
                }
                try stage.waitForCount(26, flags: "-", code: "200")
                #expect(try stage.ask(fields("POST", "/"), body: "more").bodyText == "more")
            }
        }

        @Test(arguments: Pair.allCases)
        func `large heads pass, and larger ones are refused alone`(pair: Pair) throws {
            let value = String(repeating: "v", count: 1000)
            try withPair(pair) { exchange in
                try exchange.readRequest()
                let count = Int(exchange.path.dropFirst()) ?? 0
                try exchange.stream.sendHead(
                    [.init(":status", "200")] + (0..<count).map { .init("x-a-\($0)", value) },
                    isLast: true)
            } _: { stage throws in
                let client = stage.client()
                for count in [0, 40] {
                    let more = (0..<count).map { FieldLine("x-b-\($0)", value) }
                    let answer = try client.ask(fields("GET", "/\(count)") + more)
                    #expect(answer.status == 200)
                    let seen = try #require(stage.upstream.requests.last)
                    for number in 0..<count {
                        #expect(answer["x-a-\(number)"] == value)
                        #expect(seen["x-b-\(number)"] == value)
                    }
                }
                let tooMuch = (0..<80).map { FieldLine("x-b-\($0)", value) }
                #expect(try client.ask(fields() + tooMuch).status == 431)
                #expect(try client.ask(fields("GET", "/90")).status == 502)
                #expect(try client.ask(fields("GET", "/0")).status == 200)
                #expect(stage.upstream.requests.count == 4)
            }
        }
    }
}
