import TestSupport
import Testing

/// Responses without a body, before the response, and before the request is whole.
extension Matrix {
    @Suite struct `Answers` {
        @Test(arguments: Pair.allCases)
        func `HEAD, 204 and 304 have no body, and the connection goes on`(pair: Pair) throws {
            try withPair(pair) { exchange in
                try exchange.readRequest()
                switch exchange.path {
                case "/head": try exchange.answerBare(200, ("content-length", "1234"))
                case "/unknown": try exchange.answerBare(200, ("etag", "\"e\""))
                case "/204": try exchange.answerBare(204, ("x-a", "b"))
                case "/304": try exchange.answerBare(304, ("etag", "\"e\""))
                case "/304-length": try exchange.answerBare(304, ("content-length", "1234"))
                default: try exchange.answer(body: "next")
                }
            } _: { stage throws in
                let client = stage.client()
                for (method, path, status, name, value) in [
                    ("HEAD", "/head", 200, "content-length", "1234"),
                    ("HEAD", "/unknown", 200, "etag", "\"e\""), ("GET", "/204", 204, "x-a", "b"),
                    ("GET", "/304", 304, "etag", "\"e\""),
                    ("GET", "/304-length", 304, "content-length", "1234"),
                ] {
                    let answer = try client.ask(fields(method, path))
                    #expect(answer.status == status, "\(path)")
                    #expect(answer[name] == value, "\(path)")
                    #expect(answer.body.isEmpty, "\(path)")
                    #expect(try client.ask(fields()).bodyText == "next", "after \(path)")
                }
                #expect(client.connections == 1)
                #expect(stage.upstream.connections == 1)
            }
        }

        @Test(arguments: Pair.allCases)
        func `103 passes before the final response is there`(pair: Pair) throws {
            let isSeen = Latch()
            try withPair(pair) { exchange in
                try exchange.readRequest()
                for name in ["a", "b"] { try exchange.interim(103, ("link", "</\(name)>")) }
                try isSeen.wait("the client saw both")
                try exchange.answer(body: "page")
            } _: { stage throws in
                let stream = try stage.client().request(fields())
                for name in ["a", "b"] {
                    let hint = try stream.readAnyHead(within: .seconds(2))
                    #expect(hint.status == 103)
                    #expect(hint.values("link") == ["</\(name)>"])
                }
                isSeen.open()
                let answer = try stream.readMessage()
                #expect(answer.status == 200)
                #expect(answer.interim.isEmpty)
                #expect(answer.bodyText == "page")
            }
        }

        @Test(arguments: Pair.allCases)
        func `who expects 100 gets it and then sends the body`(pair: Pair) throws {
            try withPair(pair) { exchange in
                if exchange.head["expect"] == "100-continue" { try exchange.interim(100) }
                try exchange.echo()
            } _: { stage throws in
                let client = stage.client()
                for _ in 0..<2 {
                    let stream = try client.begin(
                        fields("POST", "/", ("content-length", "5"), ("expect", "100-continue")))
                    #expect(try stream.readAnyHead(within: .seconds(2)).status == 100)
                    try stream.send("hello", isLast: true)
                    let answer = try stream.readMessage()
                    #expect(answer.bodyText == "hello")
                    #expect(answer.interim.isEmpty)
                }
            }
        }

        @Test(arguments: Pair.allCases)
        func `a refusal in place of 100 arrives before any body is sent`(pair: Pair) throws {
            try withPair(pair) { exchange in
                if exchange.method == "GET" { return try exchange.echo() }
                try exchange.answer(417, body: "no")
                try exchange.stream.waitForCut(within: .seconds(10))
            } _: { stage throws in
                let client = stage.client()
                let stream = try client.begin(
                    fields("POST", "/", ("content-length", "9"), ("expect", "100-continue")))
                let answer = try stream.readMessage(within: .seconds(2))
                #expect(answer.status == 417)
                #expect(answer.bodyText == "no")
                #expect(try client.ask(fields()).bodyText == "hello")
            }
        }

        /// RFC 9113 §8.1, RFC 9112 §9.6: the rest is not wanted, and nobody else is harmed by it.
        @Test(arguments: Pair.allCases)
        func `an answer in the middle of an upload arrives, and others go on`(pair: Pair) throws {
            let isEarly = Latch()
            try withPair(pair) { exchange in
                guard exchange.path == "/early" else { return try exchange.echo() }
                _ = try exchange.stream.readText(1000)
                try exchange.answer(413, body: "too much")
                try exchange.stream.waitForCut(within: .seconds(5))
                isEarly.open()
            } _: { stage throws in
                let client = stage.client()
                let other = try client.begin(fields("POST", "/other"))
                try other.send("before ")
                let stream = try client.begin(fields("POST", "/early"))
                try stream.send(
                    [UInt8](repeating: 0x61, count: 8000), isLast: false, within: .seconds(5))
                let answer = try stream.readMessage(within: .seconds(2))
                #expect(answer.status == 413)
                #expect(answer.bodyText == "too much")
                // What still comes is for nobody.
                try? stream.send("GET /smuggled HTTP/1.1\r\n\r\n", isLast: true)
                try isEarly.wait("the upstream is told that no more comes", within: .seconds(5))
                #expect(try client.ask(fields("GET", "/next")).bodyText == "hello")
                try other.send("and after", isLast: true)
                #expect(try other.readMessage().bodyText == "before and after")
                #expect(
                    stage.upstream.exchanges.map(\.path).sorted() == ["/early", "/next", "/other"])
                if let shared = stream as? SharedStream { #expect(shared.resetCode == .noError) }
                if pair.client == .http2 { #expect(client.connections == 1) }
            }
        }

        /// More than the connection's window is sent for nobody, and must be given back.
        @Test(arguments: Pair.allCases)
        func `many uploads that are answered early leave room for others`(pair: Pair) throws {
            try withPair(pair) { exchange in
                guard exchange.path == "/early" else { return try exchange.echo() }
                try exchange.answer(413, body: "too much")
                try exchange.stream.waitForCut(within: .seconds(5))
            } _: { stage throws in
                let client = stage.client()
                let piece = [UInt8](repeating: 0x61, count: 60000)
                for _ in 0..<10 {
                    let streams = try (0..<5).map { _ in
                        try client.begin(fields("POST", "/early"))
                    }
                    for stream in streams {
                        try? stream.send(piece, isLast: false, within: .seconds(5))
                    }
                    for stream in streams { #expect(try stream.readMessage().status == 413) }
                }
                let body = String(repeating: "0123456789", count: 30000)
                #expect(try client.ask(fields("POST", "/"), body: body).bodyText == body)
                if pair.client == .http2 { #expect(client.connections == 1) }
                try stage.waitForCount(50, flags: "-", code: "413")
            }
        }

        @Test(arguments: Pair.allCases)
        func `an answer's status is never a reason to ask again`(pair: Pair) throws {
            try withPair(pair) { exchange in
                try exchange.readRequest()
                let status = Int(exchange.path.dropFirst()) ?? 0
                try exchange.answer(status, ("retry-after", "1"), body: "mine")
            } _: { stage throws in
                let client = stage.client()
                for status in [500, 502, 503, 504, 429] {
                    let answer = try client.ask(fields("GET", "/\(status)"))
                    #expect(answer.status == status)
                    #expect(answer["retry-after"] == "1")
                    #expect(answer.bodyText == "mine")
                }
                #expect(stage.upstream.exchanges.count == 5)
            }
        }
    }
}
