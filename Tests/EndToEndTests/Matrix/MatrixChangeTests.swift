import Foundation
import TestSupport
import Testing

/// Tables that change, and a gateway that ends, while exchanges are under way.
extension Matrix {
    @Suite struct `Changes` {
        @Test(arguments: Pair.allCases)
        func `what is under way finishes where it began, what is new goes to the new one`(
            pair: Pair
        ) throws {
            let upstreams = try ["old", "new"].map { name in
                try PairUpstream(pair.upstream) { exchange in
                    let body = try exchange.readRequest(within: .seconds(20)).bodyText
                    try exchange.answer(body: "\(name) \(body)")
                }
            }
            func manifest(_ upstream: PairUpstream) -> String {
                Manifests.simple("app", ports: [upstream.port], isH2C: pair.upstream == .http2)
            }
            try withPair(pair, upstreams, files: ["app.yaml": manifest(upstreams[0])]) {
                stage throws in
                let client = stage.client()
                #expect(try client.ask(fields()).bodyText == "old ")
                let open = try (0..<3).map { _ in try client.begin(fields("POST")) }
                for stream in open { try stream.send("half ") }
                try eventually("they are there") { upstreams[0].exchanges.count == 4 }
                try stage.gateway.apply("app.yaml", manifest(upstreams[1]))
                for _ in 0..<3 { #expect(try client.ask(fields()).bodyText == "new ") }
                for stream in open {
                    try stream.send("whole", isLast: true)
                    #expect(try stream.readMessage().bodyText == "old half whole")
                }
                #expect(upstreams[0].exchanges.count == 4)
                #expect(upstreams[0].faults.isEmpty, "\(upstreams[0].faults)")
                if pair.client == .http2 { #expect(client.connections == 1) }
                try stage.waitForCount(7, flags: "-", code: "200")
            }
        }

        @Test(arguments: Pair.allCases)
        func `who goes back to the revision before finds its connections`(pair: Pair) throws {
            let upstreams = try ["old", "new"].map { name in
                try PairUpstream(pair.upstream) { exchange in
                    try exchange.readRequest()
                    try exchange.answer(body: name)
                }
            }
            let revisions = upstreams.enumerated().map { index, upstream in
                Manifests.revision(
                    "app-\(index)", ports: [upstream.port], isH2C: pair.upstream == .http2)
            }
            let routes = (0..<2).map {
                Manifests.route("app", [Manifests.Traffic("app-\($0)", 100)])
            }
            let files = ["app.yaml": Manifests.file(revisions), "route.yaml": routes[0]]
            try withPair(pair, upstreams, files: files) { stage throws in
                for (step, turn) in [0, 1, 0, 1].enumerated() {
                    if step > 0 { try stage.gateway.apply("route.yaml", routes[turn]) }
                    #expect(try stage.ask(fields()).bodyText == (turn == 0 ? "old" : "new"))
                }
                // One of HTTP/2 is for all: it is dialled anew.
                let count = pair.upstream == .http1 ? 1 : 2
                #expect(upstreams.map(\.connections) == [count, count])
            }
        }

        /// A gateway that is told to end by the body itself.
        private func withDraining(
            _ pair: Pair, delay: String, _ handler: @escaping PairUpstream.Handler,
            _ body: (PairStage) throws -> Void
        ) throws {
            let upstream = try PairUpstream(pair.upstream, handler)
            let isH2C = pair.upstream == .http2
            let gateway = try Gateway(
                ["app.yaml": Manifests.simple("app", ports: [upstream.port], isH2C: isH2C)],
                settings: ["drain-delay": delay, "drain-time": "20s"])
            let stage = PairStage(pair, gateway, [upstream])
            defer { stage.end() }
            try body(stage)
            // An idle connection of HTTP/1 may ask once more, until `drain-time`.
            stage.end()
            #expect(try gateway.process.waitForEnd(within: .seconds(5)) == .exit(0))
        }

        @Test(arguments: Pair.allCases)
        func `what is in flight at the end finishes, and nobody new is let in`(pair: Pair) throws {
            let mayAnswer = Latch()
            try withDraining(pair, delay: "0s") { exchange in
                try exchange.readRequest()
                try exchange.begin()
                try exchange.send("begun ")
                try mayAnswer.wait("the listeners are closed")
                try exchange.send("and ended", isLast: true)
            } _: { stage throws in
                let client = stage.client()
                let streams = try (0..<3).map { _ in try client.request(fields()) }
                for stream in streams { #expect(try stream.readHead().status == 200) }
                let upload = try client.begin(fields("POST"))
                try upload.send("half")
                stage.gateway.process.send(SIGTERM)
                try eventually("the listener is closed") {
                    (try? RawClient(port: stage.gateway.external)) == nil
                }
                if let shared = client.shared {
                    try eventually("GOAWAY is there") { shared.goAway != nil }
                }
                #expect(stage.gateway.process.ended == nil)
                mayAnswer.open()
                for stream in streams {
                    #expect(try stream.readText(15) == "begun and ended")
                    #expect(try stream.readPiece() == nil)
                }
                try upload.send("whole", isLast: true)
                #expect(try upload.readMessage().bodyText == "begun and ended")
            }
        }

        @Test(arguments: Pair.allCases)
        func `until the listeners close requests are served, each told to go`(pair: Pair) throws {
            try withDraining(pair, delay: "1s") {
                try $0.echo()
            } _: { stage throws in
                let idle = stage.client()
                #expect(try idle.ask(fields()).bodyText == "hello")
                stage.gateway.process.send(SIGTERM)
                try eventually("/readyz fails") {
                    let answer = try? stage.gateway.get("/readyz", port: stage.gateway.status)
                    return answer?.status != 200
                }
                for client in [idle, stage.client()] {
                    let stream = try client.request(fields())
                    #expect(try stream.readMessage().bodyText == "hello")
                    if let plain = stream as? PlainStream { #expect(!plain.isOver) }
                    if let shared = client.shared {
                        try eventually("GOAWAY is there") { shared.goAway != nil }
                    }
                }
            }
        }
    }
}
