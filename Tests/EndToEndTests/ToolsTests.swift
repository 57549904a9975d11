import Foundation
import TestSupport
import Testing

/// The tools that the end-to-end tests stand on, against one another.
@Suite struct `The test tools` {
    @Test func `a client reads what a scripted upstream answers`() throws {
        let upstream = try ScriptedUpstream { _ in response("201 Created", "X-A: b", body: "hello")
        }
        defer { upstream.stop() }
        let client = try RawClient(port: upstream.port)
        for _ in 0..<3 {
            try client.send(head("POST /x HTTP/1.1", "Host: h", "Content-Length: 3") + "abc")
            let answer = try client.readResponse()
            #expect(answer.status == 201)
            #expect(answer["x-a"] == "b")
            #expect(answer.bodyText == "hello")
        }
        #expect(upstream.connections.count == 1)
        try eventually("three requests") { upstream.requests.count == 3 }
        #expect(upstream.requests.allSatisfy { $0.bodyText == "abc" && $0.target == "/x" })
        #expect(upstream.receivedText.hasPrefix("POST /x HTTP/1.1\r\nHost: h\r\n"))
    }

    @Test func `chunks, trailers and interim responses are read apart`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.drip(head("HTTP/1.1 103 Early Hints", "Link: </a>"))
            try connection.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
            try connection.send(chunked("one", "three", trailers: ["X-End: yes"]))
            try connection.waitForEnd()
        }
        defer { upstream.stop() }
        let answer = try RawClient.ask(port: upstream.port, head("GET / HTTP/1.1", "Host: h"))
        #expect(answer.interim.map(\.status) == [103])
        #expect(answer.bodyText == "onethree")
        #expect(answer.chunkSizes == [3, 5])
        #expect(answer.trailer("x-end") == "yes")
    }

    @Test func `a reset, an end and a refusal are told apart`() throws {
        let upstream = try ScriptedUpstream(isListening: false) { connection in
            _ = try connection.readHead()
            if connection.index == 0 { connection.reset() }
        }
        defer { upstream.stop() }
        #expect(throws: WireFault.refused) { try RawClient(port: upstream.port) }
        try upstream.listen()
        for isReset in [true, false] {
            let client = try RawClient(port: upstream.port)
            try client.send(head("GET / HTTP/1.1"))
            #expect(try client.waitForEnd() == (isReset ? .reset(after: 0) : .closed(after: 0)))
        }
        try upstream.refuse()
        #expect(throws: WireFault.refused) { try RawClient(port: upstream.port) }
        try upstream.listen()
        _ = try RawClient(port: upstream.port)
    }

    @Test func `a load client counts what an echo upstream answers`() throws {
        let upstream = try EchoUpstream("one")
        defer { upstream.stop() }
        let load = LoadClient(
            port: upstream.port, connections: 8, requests: [head("GET / HTTP/1.1", "Host: h")],
            count: 1000)
        let report = try load.finish(isCounted: true)
        #expect(report.failures.isEmpty)
        #expect(report.counts == ["one": 1000])
        #expect(upstream.accepted == 8)
    }

    @Test func `a terminated echo upstream ends its connections and refuses`() throws {
        let upstream = try EchoUpstream("one")
        let client = try RawClient(port: upstream.port)
        try client.send(head("GET / HTTP/1.1"))
        #expect(try client.readResponse().bodyText.hasPrefix("one\nGET / HTTP/1.1\r\n"))
        upstream.terminate()
        try client.send(head("GET / HTTP/1.1"))
        #expect(try client.readResponse().has("Connection", word: "close"))
        #expect(try client.waitForEnd() == .closed(after: 0))
        try eventually("it refuses") { (try? RawClient(port: upstream.port)) == nil }
    }

    @Test func `a process is ended by a signal and its output kept`() throws {
        let child = try ChildProcess([
            "/bin/sh", "-c", "echo out; echo err >&2; exec tail -f /dev/null",
        ])
        try eventually("output") { child.stdout == "out\n" && child.stderr == "err\n" }
        #expect(child.residentKilobytes.now > 0)
        #expect(child.ended == nil)
        #expect(child.stop() == .signal(SIGTERM))
        #expect(try ChildProcess(["/bin/sh", "-c", "exit 3"]).waitForEnd() == .exit(3))
    }

    @Test func `a projected folder always shows whole files`() throws {
        let scratch = try ScratchFolder()
        let folder = try ManifestFolder(path: scratch.path("m"))
        try folder.project(["a.yaml": "1", "b.yaml": "2"])
        try folder.project(["a.yaml": "3"])
        #expect(scratch.read("m/a.yaml") == "3")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("m/b.yaml")))
        try folder.replace("a.yaml", with: "4")
        #expect(scratch.read("m/a.yaml") == "4")
    }

    @Test func `metrics are read strictly`() throws {
        let good = """
            # TYPE a counter
            # HELP a text
            a_total{x="1",y="q\\"\\\\"} 3
            a_total{x="2",y=""} 4
            # TYPE h histogram
            h_bucket{le="0.1"} 1
            h_bucket{le="+Inf"} 2
            h_count 2
            h_sum 0.5
            # EOF

            """
        let metrics = try Metrics(openMetrics: good)
        #expect(metrics.sum("a_total") == 7)
        #expect(metrics.all("a_total", ["x": "1"]).first?.labels["y"] == "q\"\\")
        for (from, to) in [
            ("# EOF\n", ""), ("a_total{x=\"1\"", "a{x=\"1\""), ("h_count 2", "h_count 3"),
            ("x=\"2\"", "x=2"), ("# TYPE h histogram\n", ""), ("\"0.1\"} 1", "\"0.1\"} 9"),
            (" 4", " 4x"), ("{x=\"2\",y=\"\"}", "{x=\"1\",y=\"q\\\"\\\\\"}"),
        ] {
            let bad = good.replacingOccurrences(of: from, with: to)
            #expect(throws: TestFault.self, "\(from)") { try Metrics(openMetrics: bad) }
        }
    }
}
