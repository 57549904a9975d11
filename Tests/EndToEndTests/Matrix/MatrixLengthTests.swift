import TestSupport
import Testing

/// Bodies that are not as long as their heads say (RFC 9113 §8.1.1, RFC 9112 §6.3).
extension Matrix {
    @Suite struct `Lengths` {
        /// What is sent where five bytes are said.
        private static let bodies = ["", "some", "some more"]

        @Test(arguments: Pair.fromHTTP2, bodies)
        func `a request that lies never arrives whole`(pair: Pair, body: String) throws {
            try withPair(pair) { stage throws in
                let client = stage.client()
                let stream = try client.begin(fields("POST", "/lie", ("content-length", "5")))
                try stream.send(body, isLast: true)
                do {
                    let status = try stream.readMessage(within: .seconds(2)).status
                    #expect((400..<500).contains(status))
                } catch WireFault.reset {}
                #expect(try client.ask(fields()).bodyText == "hello")
                #expect(stage.upstream.requests.allSatisfy { $0.path == "/" })
            }
        }

        @Test(arguments: Pair.toHTTP2, bodies)
        func `a response that lies never arrives whole`(pair: Pair, body: String) throws {
            try withPair(pair) { exchange in
                try exchange.readRequest()
                guard exchange.path == "/lie" else { return try exchange.answer(body: "hello") }
                try exchange.begin(200, ("content-length", "5"))
                try exchange.send(body, isLast: true)
            } _: { stage throws in
                let client = stage.client()
                let stream = try client.request(fields("GET", "/lie"))
                do {
                    let answer = try stream.readMessage(within: .seconds(2))
                    #expect(answer.status == 502, "\(answer.bodyText)")
                } catch WireFault.ended, WireFault.reset {}
                #expect(try client.ask(fields()).bodyText == "hello")
                if pair.client == .http2 { #expect(client.connections == 1) }
            }
        }

        /// What is behind a whole response is not the next one.
        @Test(arguments: Pair.allCases.filter { $0.upstream == .http1 })
        func `bytes behind a response are for nobody`(pair: Pair) throws {
            try withPair(pair) { exchange in
                try exchange.readRequest()
                guard exchange.path == "/more" else { return try exchange.answer(body: "hello") }
                try exchange.begin(200, ("content-length", "5"))
                let more = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"
                try exchange.send("whole" + more, isLast: true)
            } _: { stage throws in
                let client = stage.client()
                for _ in 0..<3 {
                    #expect(try client.ask(fields("GET", "/more")).bodyText == "whole")
                    #expect(try client.ask(fields()).bodyText == "hello")
                }
            }
        }
    }
}
