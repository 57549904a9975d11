import Foundation
import TestSupport
import Testing

/// Upstreams that break off at each byte of their response, or never begin it.
@Suite struct `Broken upstreams` {
    /// How a connection ends.
    enum End: String, CaseIterable, Sendable { case close, reset }

    static let responses = [
        response("200 OK", "X-A: b", body: "hello"),
        head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
            + chunked("hel", "lo", trailers: ["X-B: c"]),
    ]

    /// What came of one request.
    private enum Outcome { case whole, refused, cut }

    private func outcome(_ gateway: Gateway) throws -> Outcome {
        let client = try RawClient(port: gateway.external)
        try client.send(ask())
        do {
            let answer = try client.readResponse()
            if answer.status == 200 {
                #expect(answer.bodyText == "hello")
                return .whole
            }
            #expect([502, 503].contains(answer.status))
            // One line for people.
            #expect(answer.bodyText.split(separator: "\n").count == 1)
            return .refused
        } catch is WireFault {
            return .cut
        }
    }

    private func sharedOutcome(_ client: H2Client) throws -> Outcome {
        switch try client.outcome(of: try client.request(fields())) {
        case .answered(let answer):
            if answer.status == 200 {
                #expect(answer.bodyText == "hello")
                return .whole
            }
            #expect([502, 503].contains(answer.status))
            return .refused
        case .reset(let code):
            #expect(code != .noError)
            return .cut
        case .goAway, .ended:
            Issue.record("the connection ended")
            return .cut
        }
    }

    @Test(arguments: responses, End.allCases)
    func `a response that ends at any of its bytes never looks whole`(
        text: String, end: End
    ) throws {
        let length = AtomicCount()
        let bytes = Array(text.utf8)
        let headLength = text.utf8.firstRange(of: "\r\n\r\n".utf8).map {
            text.utf8.distance(from: text.startIndex, to: $0.upperBound)
        }
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(Array(bytes.prefix(length.value)))
            if end == .reset { connection.reset() }
        } _: { gateway, upstream throws in
            let client = try H2Client(port: gateway.external)
            var counts = (whole: 0, refused: 0, cut: 0)
            for count in 0...bytes.count {
                for outcome in [try outcome(gateway), try sharedOutcome(client)] {
                    switch outcome {
                    case .whole:
                        #expect(count == bytes.count)
                        counts.whole += 1
                    case .refused:
                        #expect(count < headLength ?? 0 || end == .reset, "\(count)")
                        counts.refused += 1
                    case .cut:
                        #expect(count >= headLength ?? 0, "\(count)")
                        counts.cut += 1
                    }
                }
                _ = length.add()
            }
            if end == .close { #expect(counts.whole == 2) }
            #expect(upstream.requests.count == 2 * (bytes.count + 1))
            try gateway.waitForMetric("weir_requests_total") { $0 == 2 * Double(bytes.count + 1) }
            let metrics = try gateway.metrics()
            #expect(metrics.sum("weir_requests_total", ["flags": "-"]) == Double(counts.whole))
            let broken = ["UC", "UR", "UPE"].map {
                metrics.sum("weir_requests_total", ["flags": $0])
            }
            #expect(broken.reduce(0, +) == Double(counts.refused + counts.cut))
        }
    }

    /// Who fails to send learns of the reset, and who reads then only that nothing comes any more.
    @Test func `an answer that ends with its connection is cut where that is reset meanwhile`()
        throws
    {
        let mayReset = DispatchSemaphore(value: 0)
        try withApp { connection in
            guard try connection.readHead() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Connection: close") + "part")
            _ = mayReset.wait(timeout: .now() + 30)
            connection.reset()
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("POST", "/", "Content-Length: 1000000000"))
            var answer = try client.readResponseHead()
            #expect(try client.readChunk(of: &answer) == Array("part".utf8))
            // Nobody takes it, so that the gateway has some to send when the end comes.
            #expect(throws: WireFault.self) {
                let body = [UInt8](repeating: 0x61, count: 1 << 20)
                while true { try client.send(body, within: .milliseconds(500)) }
            }
            mayReset.signal()
            #expect(throws: WireFault.self) {
                while try client.readChunk(of: &answer) != nil {}
            }
            try gateway.waitForMetric("weir_requests_total", ["flags": "UR", "code": "200"]) {
                $0 == 1
            }
        }
    }

    @Test func `who accepts and never answers holds up nobody else and is let go of`() throws {
        try withApp(answerPlainly) { gateway, upstream throws in
            let waiting = try (0..<50).map { _ in
                let client = try RawClient(port: gateway.external)
                try client.send(ask("GET", never))
                return client
            }
            let shared = try H2Client(port: gateway.external)
            let streams = try (0..<50).map { _ in try shared.request(fields("GET", never)) }
            try gateway.waitForMetric("weir_active_requests") { $0 == 100 }
            for _ in 0..<20 {
                #expect(try RawClient.ask(port: gateway.external, ask()).bodyText == "hello")
            }
            // Their clients lose patience: nothing of it is left.
            for client in waiting { client.reset() }
            for stream in streams { try shared.send(.reset(stream)) }
            try gateway.waitForMetric("weir_active_requests") { $0 == 0 }
            try gateway.waitForMetric("weir_requests_total", ["flags": "DC", "code": "0"]) {
                $0 == 100
            }
            try eventually("the upstream is let go of") {
                upstream.connections.count { !$0.isClosed } <= 1
            }
        }
    }

    @Test func `garbage without an end is 502 UPE and takes no memory`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            let block = [UInt8](repeating: 0xa5, count: 65536)
            for _ in 0..<256 { try connection.send(block) }
        } _: { gateway, _ throws in
            let before = gateway.process.residentKilobytes.now
            for count in 1...20 {
                #expect(try RawClient.ask(port: gateway.external, ask()).status == 502)
                try gateway.waitForMetric("weir_requests_total", ["flags": "UPE", "code": "502"]) {
                    $0 == Double(count)
                }
            }
            #expect(gateway.process.residentKilobytes.now - before < Sanitizers.growth(8 << 10))
        }
    }
}
