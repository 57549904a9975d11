import TestSupport
import Testing

/// Bodies of every framing, both ways.
extension Matrix {
    @Suite struct `Bodies` {
        @Test(arguments: Pair.allCases)
        func `no body, an empty one and those of known and unknown length arrive`(
            pair: Pair
        ) throws {
            try withPair(pair) { exchange in
                let body = try exchange.readRequest().bodyText
                guard exchange.path == "/unknown" else { return try exchange.answer(body: body) }
                try exchange.begin(200)
                if !body.isEmpty { try exchange.send(body) }
                try exchange.end()
            } _: { stage throws in
                let client = stage.client()
                let none = try client.ask(fields("GET", "/"))
                #expect(none.body.isEmpty && none["content-length"] == "0")
                #expect(try stage.upstream.request(0)["content-length"] == nil)

                #expect(try client.ask(fields("POST", "/"), body: "").body.isEmpty)
                #expect(try stage.upstream.request(1)["content-length"] == "0")

                let known = try client.ask(fields("POST", "/"), body: "known")
                #expect(known.bodyText == "known" && known["content-length"] == "5")
                #expect(try stage.upstream.request(2)["content-length"] == "5")

                for body in ["unknown", ""] {
                    let stream = try client.begin(fields("POST", "/unknown"))
                    if !body.isEmpty { try stream.send(body) }
                    try stream.send("", isLast: true)
                    let unknown = try stream.readMessage()
                    #expect(unknown.bodyText == body)
                    #expect(unknown["content-length"] == nil)
                    let seen = try #require(stage.upstream.requests.last)
                    #expect(seen.bodyText == body)
                    #expect(seen["content-length"] == nil)
                }
                #expect(client.connections == 1)
                #expect(stage.upstream.connections == 1)
            }
        }

        private static let size = 8 << 20
        private static let block = (0..<32749).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 5) }

        /// Sends as many bytes of the repeated block, without or with the message's end.
        private static func send(_ stream: any PairStream, isLast: Bool) throws {
            var left = size
            while left > 0 {
                let count = min(left, block.count)
                left -= count
                try stream.send(
                    Array(block.prefix(count)), isLast: isLast && left == 0, within: .seconds(20))
            }
        }

        private static func check(_ stream: any PairStream) throws -> BodyCheck {
            var check = BodyCheck(block)
            while let piece = try stream.readPiece(within: .seconds(20)) { check.take(piece[...]) }
            return check
        }

        @Test(arguments: Pair.allCases)
        func `8 MiB go both ways at once, byte for byte`(pair: Pair) throws {
            try withPair(pair) { exchange in
                try exchange.begin()
                let download = Background { try Self.send(exchange.stream, isLast: false) }
                let body = try Self.check(exchange.stream)
                try download.value()
                // A response that ends before its request would end that, too.
                try exchange.end()
                guard body.isGood, body.count == Self.size else {
                    throw TestFault("upload: \(body.count)")
                }
            } _: { stage throws in
                for length in [nil, Self.size] {
                    let more = length.map { [FieldLine("content-length", "\($0)")] } ?? []
                    let stream = try stage.client().begin(fields("POST", "/") + more)
                    let upload = Background { try Self.send(stream, isLast: true) }
                    #expect(try stream.readHead().status == 200)
                    let body = try Self.check(stream)
                    #expect(body.isGood && body.count == Self.size)
                    try upload.value()
                }
                #expect(stage.upstream.faults.isEmpty, "\(stage.upstream.faults)")
            }
        }

        @Test(arguments: Pair.allCases)
        func `the head, and each piece of an upload, arrive before the next is sent`(
            pair: Pair
        ) throws {
            let hasHead = Latch()
            let seen = (0..<20).map { _ in Latch() }
            try withPair(pair) { exchange in
                hasHead.open()
                for (number, latch) in seen.enumerated() {
                    guard try exchange.stream.readText(8) == "piece \(10 + number)" else { return }
                    latch.open()
                }
                guard try exchange.stream.readPiece() == nil else { return }
                try exchange.answer(body: "all")
            } _: { stage throws in
                let stream = try stage.client().begin(fields("POST"))
                try hasHead.wait("the head arrived", within: .seconds(2))
                for (number, latch) in seen.enumerated() {
                    try stream.send("piece \(10 + number)")
                    try latch.wait("piece \(number) arrived", within: .seconds(2))
                }
                try stream.send("", isLast: true)
                #expect(try stream.readMessage().bodyText == "all")
            }
        }

        @Test(arguments: Pair.allCases)
        func `the head, and each piece of a download, arrive before the next is sent`(
            pair: Pair
        ) throws {
            let seen = (0..<21).map { _ in Latch() }
            try withPair(pair) { exchange in
                try exchange.readRequest()
                try exchange.begin(200, ("content-type", "text/event-stream"))
                for (number, latch) in seen.enumerated() {
                    try latch.wait("part \(number) was seen")
                    if number < 20 { try exchange.send("data: \(10 + number)") }
                }
                try exchange.end()
            } _: { stage throws in
                let stream = try stage.client().request(fields())
                #expect(try stream.readHead(within: .seconds(2)).status == 200)
                for (number, latch) in seen.enumerated() {
                    latch.open()
                    let text = try stream.readText(8, within: .seconds(2))
                    #expect(text == (number < 20 ? "data: \(10 + number)" : ""))
                }
            }
        }

        @Test(arguments: Pair.allCases)
        func `both bodies flow at once`(pair: Pair) throws {
            try withPair(pair) { exchange in
                try exchange.begin()
                while let piece = try exchange.stream.readPiece() {
                    try exchange.stream.send(piece, isLast: false, within: .seconds(5))
                }
                try exchange.end()
            } _: { stage throws in
                let stream = try stage.client().begin(fields("POST"))
                #expect(try stream.readHead(within: .seconds(2)).status == 200)
                for number in 10..<40 {
                    try stream.send("ping \(number)")
                    #expect(try stream.readText(7, within: .seconds(2)) == "ping \(number)")
                }
                try stream.send("", isLast: true)
                #expect(try stream.readPiece() == nil)
            }
        }

        @Test(arguments: Pair.allCases)
        func `trailers pass both ways`(pair: Pair) throws {
            try withPair(pair) { exchange in
                let request = try exchange.readRequest()
                try exchange.begin(200, ("trailer", "x-sum, x-count"))
                try exchange.send(request.bodyText)
                try exchange.end(
                    ("x-sum", request.trailer("x-sum") ?? "none"),
                    ("x-count", "\(request.trailers.count)"))
            } _: { stage throws in
                let client = stage.client()
                for _ in 0..<2 {
                    let stream = try client.begin(
                        fields("POST", "/", ("te", "trailers"), ("trailer", "x-sum, x-more")))
                    try stream.send("abc")
                    try stream.sendTrailers([.init("x-sum", "42"), .init("x-more", "a b")])
                    let answer = try stream.readMessage()
                    #expect(answer.bodyText == "abc")
                    #expect(answer.trailers == [.init("x-sum", "42"), .init("x-count", "2")])
                    let seen = try #require(stage.upstream.requests.last)
                    #expect(seen.trailers == [.init("x-sum", "42"), .init("x-more", "a b")])
                }
            }
        }

        @Test(arguments: Pair.allCases)
        func `trailers without a body pass`(pair: Pair) throws {
            try withPair(pair) { exchange in
                try exchange.readRequest()
                try exchange.begin()
                try exchange.end(("grpc-status", "0"))
            } _: { stage throws in
                let answer = try stage.ask(fields("GET", "/", ("te", "trailers")))
                #expect(answer.status == 200)
                #expect(answer.body.isEmpty)
                #expect(answer.trailer("grpc-status") == "0")
            }
        }
    }
}
