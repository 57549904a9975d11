import TestSupport
import Testing

/// HTTP/2 upstreams that break its rules, for either client.
extension Matrix {
    @Suite struct `Malformed` {
        /// Asks for each of those, and in between for what is right.
        private func check(
            _ pair: Pair, _ all: [BadFrames], keepsConnection: Bool
        ) throws {
            try withPair(pair) { exchange in
                try exchange.readRequest()
                guard let bad = all.first(where: { $0.path == exchange.path }) else {
                    return try exchange.answer(body: "hello")
                }
                let stream = try exchange.shared()
                try stream.connection.write(bad.frames(stream.id).flatMap(\.bytes))
                if bad.isReset { try stream.waitForCut(within: .seconds(5)) }
            } _: { stage throws in
                let client = stage.client()
                for bad in all {
                    #expect(try client.ask(fields()).bodyText == "hello")
                    let answer = try client.ask(fields("POST", bad.path), within: .seconds(3))
                    #expect(answer.status == 502, "\(bad.path)")
                    #expect(answer["x-c"] == nil)
                }
                #expect(try client.ask(fields()).bodyText == "hello")
                #expect(client.connections == 1)
                #expect(stage.upstream.connections == (keepsConnection ? 1 : all.count + 1))
                let labels = ["protocol": pair.client.rawValue, "flags": "UPE", "code": "502"]
                let counted = try stage.gateway.metrics().sum("weir_requests_total", labels)
                #expect(Int(counted) == all.count)
            }
        }

        @Test(arguments: Pair.toHTTP2)
        func `a malformed response is 502 UPE and its connection goes on`(pair: Pair) throws {
            try check(pair, BadFrames.responses, keepsConnection: true)
        }

        @Test(arguments: Pair.toHTTP2)
        func `a broken connection is 502 UPE and another one is used`(pair: Pair) throws {
            try check(pair, BadFrames.connections, keepsConnection: false)
        }

        @Test(arguments: Pair.toHTTP2)
        func `trailers that are none break the response off`(pair: Pair) throws {
            let trailers: [(String, [FieldLine], H2Frame.Flags)] = [
                ("/pseudo", [.init(":status", "200")], .whole),
                ("/upper-case", [.init("X-A", "b")], .whole),
                ("/no-end", [.init("x-a", "b")], .endHeaders),
            ]
            try withPair(pair) { exchange in
                try exchange.readRequest()
                guard let bad = trailers.first(where: { $0.0 == exchange.path }) else {
                    return try exchange.answer(body: "hello")
                }
                try exchange.begin()
                try exchange.send("some")
                let stream = try exchange.shared()
                try stream.connection.send(.headers(stream.id, bad.1, bad.2))
                try stream.waitForCut(within: .seconds(5))
            } _: { stage throws in
                let client = stage.client()
                for (path, _, _) in trailers {
                    let stream = try client.request(fields("GET", path))
                    do {
                        let answer = try stream.readMessage(within: .seconds(3))
                        #expect(answer.status == 502, "\(path): a whole \(answer.status)")
                    } catch WireFault.ended, WireFault.reset {}
                    #expect(try client.ask(fields()).bodyText == "hello")
                }
            }
        }
    }
}
