import TestSupport
import Testing

/// The plain port speaks HTTP/1 and HTTP/2; the first bytes say which (RFC 9113 §3.3).
@Suite struct `Two protocols on one port` {
    @Test(arguments: ["PUT", "POST", "PATCH", "PROPFIND", "P", "PR", "PRIOR"])
    func `methods that begin like the preface are HTTP/1`(method: String) throws {
        try withPlainApp { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            for byte in ask(method, "/x", "Content-Length: 0").utf8 { try client.send([byte]) }
            #expect(try client.readResponse().status == 200)
            #expect(try upstream.request().method == method)
        }
    }

    @Test func `both are served side by side`() throws {
        try withPlainApp { gateway, _ throws in
            let old = try RawClient(port: gateway.external)
            let new = try H2Client(port: gateway.external)
            for _ in 0..<10 {
                try old.send(ask())
                #expect(try old.readResponse().bodyText == "hello")
                #expect(try new.ask(fields()).bodyText == "hello")
            }
            try gateway.waitForMetric("weir_requests_total", ["code": "200"]) { $0 == 20 }
        }
    }

    /// RFC 9113 §3.1 gave the upgrade up.
    @Test func `an upgrade to h2c stays HTTP/1`() throws {
        try withPlainApp { gateway, upstream throws in
            let answer = try RawClient.ask(
                port: gateway.external,
                ask(
                    "GET", "/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABkAAQAAP__"))
            #expect(answer.status == 200)
            #expect(answer.startLine.hasPrefix("HTTP/1.1 "))
            #expect(try upstream.request()["HTTP2-Settings"] == nil)
            #expect(try upstream.request()["Upgrade"] == nil)
        }
    }

    @Test func `a preface in the middle of HTTP/1 is refused`() throws {
        try withPlainApp { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            #expect(try client.readResponse().status == 200)
            try client.send(H2Wire.preface + H2Frame.settings().bytes)
            let answer = try client.readResponse()
            #expect([400, 505].contains(answer.status))
            client.finishSending()
            _ = try client.waitForEnd()
            #expect(upstream.requests.count == 1)
        }
    }

    @Test(arguments: [1, 14, 18, 23])
    func `clients that leave within the preface harm nobody`(count: Int) throws {
        try withPlainApp { gateway, _ throws in
            for isReset in [true, false] {
                let client = try H2Client(silentlyTo: gateway.external)
                try client.send(bytes: Array(H2Wire.preface.prefix(count)))
                if isReset { client.reset() } else { client.close() }
            }
            #expect(try H2Client.ask(port: gateway.external, fields()).status == 200)
        }
    }

    @Test func `a preface that does not arrive within 15 seconds ends the connection`() throws {
        try withPlainApp { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(Array(H2Wire.preface.prefix(20)))
            _ = try client.waitForEnd(within: .seconds(20))
        }
    }
}
