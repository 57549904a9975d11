import Foundation
import TestSupport
import Testing

/// The limits of a head.
@Suite struct `Limits` {
    @Test func `a head of more than 60 KiB is 431`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let fill = (0..<8).map { "X-\($0): " + String(repeating: "a", count: 8000) }
            let client = try RawClient(port: gateway.external)
            try? client.send(head("GET / HTTP/1.1", "Host: \(app)", fill.joined(separator: "\r\n")))
            let answer = try client.readResponse()
            #expect(answer.status == 431)
            #expect(answer.has("Connection", word: "close"))
            _ = try client.waitForEnd()
            #expect(upstream.connections.isEmpty)
            try gateway.waitForMetric("weir_rejected_requests_total") { $0 == 1 }
        }
    }

    @Test func `a head without an end is 431 once it is too large`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try? client.send("GET / HTTP/1.1\r\nHost: \(app)\r\nX-A: ")
            try? client.send([UInt8](repeating: 0x61, count: 70 << 10))
            #expect(try client.readResponse().status == 431)
            #expect(upstream.connections.isEmpty)
        }
    }

    @Test func `101 fields are 431 and 100 are not`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            func request(_ count: Int) -> String {
                let fields = (1..<count).map { "X-\($0): a" }
                return head("GET / HTTP/1.1", "Host: \(app)", fields.joined(separator: "\r\n"))
            }
            let good = try RawClient.ask(port: gateway.external, request(100))
            let bad = try RawClient.ask(port: gateway.external, request(101))
            #expect(good.status == 200)
            #expect(bad.status == 431)
            #expect(upstream.requests.count == 1)
            // 99 and those that the gateway itself adds.
            #expect(try upstream.request().fields.count >= 100)
        }
    }

    @Test func `a target of more than 16 KiB is 414 and a head of 50 KiB passes`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let long = "/" + String(repeating: "a", count: 16 << 10)
            #expect(try RawClient.ask(port: gateway.external, ask("GET", long)).status == 414)
            #expect(upstream.connections.isEmpty)
            let target = String(long.prefix(16000))
            let fill = (0..<4).map { "X-\($0): " + String(repeating: "a", count: 8000) }
            let answer = try RawClient.ask(
                port: gateway.external, ask("GET", target, fill.joined(separator: "\r\n")))
            #expect(answer.status == 200)
            #expect(try upstream.request().target == target)
            #expect(try upstream.request()["X-3"]?.count == 8000)
        }
    }

    @Test func `chunk extensions without an end are refused`() throws {
        try withApp { connection in
            guard var request = try connection.readHead() else { return }
            try connection.readBody(of: &request)
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("POST", "/", "Transfer-Encoding: chunked") + "5;a=")
            try? client.send([UInt8](repeating: 0x61, count: 1 << 20))
            let answer = try client.readResponse()
            #expect([400, 413, 431].contains(answer.status))
            try eventually("the upstream connection is ended") {
                upstream.connections.allSatisfy(\.isClosed)
            }
            #expect(upstream.requests.isEmpty)
        }
    }

    @Test func `trailers without an end are refused`() throws {
        try withApp { connection in
            guard var request = try connection.readHead() else { return }
            try connection.readBody(of: &request)
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("POST", "/", "Transfer-Encoding: chunked") + "0\r\nX-A: ")
            try? client.send([UInt8](repeating: 0x61, count: 1 << 20))
            let answer = try client.readResponse()
            #expect([400, 413, 431].contains(answer.status))
            #expect(upstream.requests.isEmpty)
        }
    }

    @Test func `a response head without an end is 502`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send("HTTP/1.1 200 OK\r\nX-A: ")
            let block = [UInt8](repeating: 0x61, count: 65536)
            for _ in 0..<1000 { try connection.send(block) }
        } _: { gateway, upstream throws in
            #expect(try RawClient.ask(port: gateway.external, ask()).status == 502)
            try eventually("the upstream connection is ended") {
                try upstream.connection().isClosed
            }
            #expect(try upstream.connection().fault != nil)
        }
    }

    @Test func `many requests on many connections are all answered`() throws {
        let upstream = try EchoUpstream("a")
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port])]
        try withGateway(files) { gateway throws in
            let load = LoadClient(
                port: gateway.external, connections: 200, requests: [ask()], count: 5000)
            let report = try load.finish(isCounted: true)
            #expect(report.failures.isEmpty, "\(report.failures.prefix(3))")
            #expect(report.counts == ["a": 5000])
            #expect(report.answers.allSatisfy { $0.status == 200 })
            try gateway.waitForMetric("weir_requests_total", ["code": "200"]) { $0 == 5000 }
        }
    }

    @Test func `a head that does not arrive within 15 seconds is answered with 408`() throws {
        try withApp(answering: { _ in response() }) { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send("GET / HTTP/1.1\r\nHost: ")
            let answer = try client.readResponse(within: .seconds(20))
            #expect(answer.status == 408)
            #expect(try client.waitForEnd() == .closed(after: 0))
        }
    }
}
