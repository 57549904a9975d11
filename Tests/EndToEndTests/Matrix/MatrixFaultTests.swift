import TestSupport
import Testing

/// Upstreams that refuse, die or answer badly, and the one safe re-send (Knative §10 T4).
extension Matrix {
    @Suite struct `Faults` {
        @Test(arguments: Pair.allCases)
        func `who refuses to be connected to is 503 UF`(pair: Pair) throws {
            try withPair(pair, isListening: false) { stage throws in
                let client = stage.client()
                for body in [nil, "body"] {
                    let answer = try client.ask(fields("POST", "/"), body: body)
                    #expect(answer.status == 503)
                    // One line for people.
                    #expect(answer.bodyText.split(separator: "\n").count == 1)
                }
                #expect(client.connections == 1)
                try stage.waitForCount(2, flags: "UF", code: "503")
            }
        }

        /// Answers the first request of a connection and closes at its second, or at its first
        /// where the path is `/die`.
        private static func die(_ exchange: PairExchange, _ seen: AtomicCount) throws {
            try exchange.readRequest()
            let isFirst = seen.add() == 1
            if isFirst || (exchange.connection > 0 && exchange.path != "/die") {
                return try exchange.answer(body: "\(exchange.connection)")
            }
            exchange.stream.closeConnection()
        }

        @Test(arguments: Pair.allCases)
        func `a GET on a connection that dies at once is sent again, once`(pair: Pair) throws {
            let seen = AtomicCount()
            try withPair(pair) {
                try Self.die($0, seen)
            } _: { stage throws in
                let client = stage.client()
                #expect(try client.ask(fields("GET", "/1")).bodyText == "0")
                let again = try client.ask(fields("GET", "/2"))
                #expect(again.status == 200)
                #expect(again.bodyText == "1")
                #expect(stage.upstream.exchanges.map(\.path) == ["/1", "/2", "/2"])
                try stage.waitForCount(2, flags: "-", code: "200")
            }
        }

        @Test(arguments: Pair.allCases)
        func `a GET whose connections keep dying is sent twice, then it is 503`(pair: Pair) throws {
            let seen = AtomicCount()
            try withPair(pair) {
                try Self.die($0, seen)
            } _: { stage throws in
                let client = stage.client()
                #expect(try client.ask(fields("GET", "/1")).status == 200)
                #expect(try client.ask(fields("GET", "/die")).status == 503)
                #expect(stage.upstream.exchanges.map(\.path) == ["/1", "/die", "/die"])
            }
        }

        @Test(arguments: Pair.allCases, ["body", ""])
        func `a POST that may have been carried out is not sent again`(
            pair: Pair, body: String
        ) throws {
            let seen = AtomicCount()
            try withPair(pair) {
                try Self.die($0, seen)
            } _: { stage throws in
                let client = stage.client()
                #expect(try client.ask(fields("GET", "/1")).status == 200)
                #expect(try client.ask(fields("POST", "/2"), body: body).status == 503)
                #expect(stage.upstream.exchanges.map(\.path) == ["/1", "/2"])
                // The client's own connection is none the worse for it.
                #expect(try client.ask(fields("GET", "/3")).status == 200)
                #expect(client.connections == 1)
            }
        }

        @Test(arguments: Pair.allCases)
        func `a new connection that dies without an answer is 503 UC`(pair: Pair) throws {
            try withPair(pair) {
                $0.stream.closeConnection()
            } _: { stage throws in
                let client = stage.client()
                for count in 1...2 {
                    #expect(try client.ask(fields()).status == 503)
                    #expect(stage.upstream.exchanges.count == count)
                }
                #expect(client.connections == 1)
                try stage.waitForCount(2, flags: "UC", code: "503")
            }
        }

        @Test(arguments: Pair.allCases)
        func `a connection that the upstream closed while idle is not used`(pair: Pair) throws {
            let isClosed = Latch()
            try withPair(pair) { exchange in
                try exchange.echo()
                guard exchange.connection == 0 else { return }
                exchange.stream.socket.finishWriting()
                try exchange.stream.waitForCut(within: .seconds(5))
                isClosed.open()
            } _: { stage throws in
                let client = stage.client()
                #expect(try client.ask(fields()).bodyText == "hello")
                try isClosed.wait("the gateway let go of it", within: .seconds(2))
                #expect(try client.ask(fields("POST", "/"), body: "body").bodyText == "body")
                #expect(stage.upstream.connections == 2)
                try stage.waitForCount(2, flags: "-", code: "200")
            }
        }

        /// How an upstream breaks off in the middle of its response.
        enum Break: String, CaseIterable, Sendable {
            case cut
            case close
        }

        @Test(arguments: Pair.allCases, Break.allCases)
        func `a response that breaks off is never whole for the client`(
            pair: Pair, way: Break
        ) throws {
            for isLengthKnown in [true, false] {
                let isForwarded = Latch()
                try withPair(pair) { exchange in
                    try exchange.readRequest()
                    if exchange.path != "/broken" { return try exchange.answer(body: "hello") }
                    let length = isLengthKnown ? [FieldLine("content-length", "100")] : []
                    try exchange.stream.sendHead([.init(":status", "200")] + length, isLast: false)
                    try exchange.send("some")
                    try isForwarded.wait("the client has the first bytes")
                    way == .cut ? exchange.stream.cut() : exchange.stream.closeConnection()
                } _: { stage throws in
                    let client = stage.client()
                    let stream = try client.request(fields("GET", "/broken"))
                    #expect(try stream.readHead().status == 200)
                    #expect(try stream.readText(4) == "some")
                    isForwarded.open()
                    do {
                        let more = try stream.next(within: .seconds(2))
                        Issue.record("\(more) after the break")
                    } catch WireFault.ended, WireFault.reset {}
                    if let shared = stream as? SharedStream {
                        #expect(shared.resetCode != nil && shared.resetCode != .noError)
                    }
                    #expect(try client.ask(fields()).bodyText == "hello")
                    if pair.client == .http2 { #expect(client.connections == 1) }
                    let metrics = try stage.gateway.metrics()
                    let labels = ["protocol": pair.client.rawValue]
                    let broken = ["UC", "UR"].map {
                        metrics.sum("weir_requests_total", labels.merging(["flags": $0]) { $1 })
                    }
                    #expect(broken.reduce(0, +) == 1)
                }
            }
        }

        @Test(arguments: Pair.allCases)
        func `an exchange that is cut before its answer is 503 UR`(pair: Pair) throws {
            try withPair(pair) { exchange in
                try exchange.readRequest()
                exchange.stream.cut()
            } _: { stage throws in
                let client = stage.client()
                #expect(try client.ask(fields()).status == 503)
                #expect(client.connections == 1)
                try stage.waitForCount(1, flags: "UR", code: "503")
            }
        }

        @Test(arguments: Pair.allCases)
        func `what is no HTTP is 502 UPE and others go on`(pair: Pair) throws {
            try withPair(pair) { exchange in
                if exchange.path != "/bad" { return try exchange.echo() }
                try exchange.readRequest()
                if let shared = exchange.stream as? SharedStream {
                    try shared.connection.write(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
                } else {
                    try exchange.send("\0\0\u{12}\u{4}\0\0\0\0\0 what is that?\r\n\r\n")
                }
                try exchange.stream.waitForCut(within: .seconds(5))
            } _: { stage throws in
                let client = stage.client()
                #expect(try client.ask(fields()).bodyText == "hello")
                // It was answered, if badly: no reason to ask again, whatever the method.
                for method in ["POST", "GET"] {
                    #expect(try client.ask(fields(method, "/bad")).status == 502, "\(method)")
                    #expect(try client.ask(fields()).bodyText == "hello")
                }
                #expect(stage.upstream.exchanges.filter { $0.path == "/bad" }.count == 2)
                #expect(client.connections == 1)
                try stage.waitForCount(2, flags: "UPE", code: "502")
            }
        }

        /// RFC 9113 §8.1.1, RFC 9112 §6.3: its length and its body disagree.
        @Test(arguments: Pair.allCases)
        func `a head that lies is 502 UPE`(pair: Pair) throws {
            try withPair(pair) { exchange in
                if exchange.path != "/bad" { return try exchange.echo() }
                try exchange.readRequest()
                try exchange.stream.sendHead(
                    [
                        .init(":status", "200"), .init("content-length", "5"),
                        .init("content-length", "6"),
                    ], isLast: false)
                try? exchange.send("hello", isLast: true)
            } _: { stage throws in
                let client = stage.client()
                #expect(try client.ask(fields("GET", "/bad")).status == 502)
                try stage.waitForCount(1, flags: "UPE", code: "502")
                #expect(try client.ask(fields()).bodyText == "hello")
                #expect(client.connections == 1)
            }
        }
    }
}
