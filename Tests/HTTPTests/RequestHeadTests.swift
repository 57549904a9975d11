import Bytes
import HTTP
import TestSupport
import Testing

private func head(of text: String, limits: HeadLimits = HeadLimits()) -> String {
    Reading.request(Array(text.utf8), limits: limits).head
}

private func request(_ line: String = "GET / HTTP/1.1", _ fields: String...) -> String {
    ([line, "Host: a.example"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
}

@Test
func `A usual head is taken apart`() {
    let text = request(
        "POST /a/b?c=d?e HTTP/1.1", "User-Agent:  curl/8 \t", "TE: gzip;q=1, trailers",
        "Content-Length: 12", "Keep-Alive: 5", "x-empty:")
    #expect(
        head(of: text) == """
            POST /a/b?c=d?e path /a/b
            authority a.example host a.example
            status 0  version 1
            framing length(12) declared 12
            keeps true expects false trailers true upgrades false
            [Host: a.example]
            User-Agent: curl/8
            [TE: gzip;q=1, trailers]
            [Content-Length: 12]
            [Keep-Alive: 5]
            x-empty: 
            """)
}

@Test(arguments: [
    ("Host: Shop.Example.:8080", "authority Shop.Example.:8080 host Shop.Example"),
    ("hOsT:\t[2001:DB8::1]:443", "authority [2001:DB8::1]:443 host [2001:DB8::1]"),
    ("Host: 127.0.0.1", "authority 127.0.0.1 host 127.0.0.1"),
    ("Host: a_b.example", "authority a_b.example host a_b.example"),
])
func `Authority keeps the port and host does not`(_ field: String, _ expected: String) {
    let text = "GET / HTTP/1.1\r\n\(field)\r\n\r\n"
    #expect(head(of: text).contains(expected + "\n"))
}

@Test(arguments: [
    ("GET http://b.example:81/x?y HTTP/1.1", "GET /x?y path /x", "GET /x?y HTTP/1.1"),
    ("GET HTTPS://b.example:81 HTTP/1.1", "GET  path /", "GET / HTTP/1.1"),
    ("GET http://b.example:81?y/z HTTP/1.1", "GET ?y/z path /", "GET /?y/z HTTP/1.1"),
    ("OPTIONS http://b.example:81 HTTP/1.1", "OPTIONS  path /", "OPTIONS * HTTP/1.1"),
    ("OPTIONS http://b.example:81? HTTP/1.1", "OPTIONS ? path /", "OPTIONS /? HTTP/1.1"),
])
func `Absolute form wins over Host and becomes origin form`(
    _ line: String, _ expected: String, _ forwarded: String
) {
    let text = request(line)
    let lines = head(of: text).split(separator: "\n")
    #expect(lines[0] == expected)
    #expect(lines[1] == "authority b.example:81 host b.example")
    var parsed = Head()
    var parser = RequestHeadParser()
    let bytes = Array(text.utf8)
    _ = parser.parse(bytes.span, into: &parsed, limits: HeadLimits())
    let line = written { $0.append(requestLineOf: parsed, in: bytes.span) }
    #expect(String(decoding: line, as: UTF8.self) == forwarded + "\r\n")
}

@Test(arguments: [
    ("HTTP/1.1", "X: y", true), ("HTTP/1.1", "Connection: Close", false),
    ("HTTP/1.1", "Connection: keep-alive, close", false),
    ("HTTP/1.1", "Connection: a\r\nConnection: ,, close ,", false),
    ("HTTP/1.0", "X: y", false), ("HTTP/1.0", "Connection: Keep-Alive", true),
    ("HTTP/1.0", "Connection: keep-alive, close", false),
])
func `Connection and version say whether the connection stays`(
    _ version: String, _ field: String, _ stays: Bool
) {
    #expect(head(of: request("GET / \(version)", field)).contains("keeps \(stays) "))
}

@Test
func `Connection takes along the fields that it names but for protected ones`() {
    let text = request(
        "GET / HTTP/1.1", "Connection: x-one, X-TWO, host, x-forwarded-for, K-Original-Host",
        "X-One: 1", "x-two: 2", "x-three: 3", "X-Forwarded-For: 4", "k-original-host: 5",
        "Connection: X-Three, content-length, Knative-Serving-Tag, forwarded", "Content-Length: 0",
        "Knative-Serving-Tag: 6", "Forwarded: for=7")
    let lines = head(of: text).split(separator: "\n").dropFirst(5)
    let dropped = lines.filter { $0.hasPrefix("[") }
    let kept = lines.filter { !$0.hasPrefix("[") }
    #expect(
        dropped.map { $0.dropFirst().prefix { $0 != ":" } } == [
            "Host", "Connection", "X-One", "x-two", "x-three", "Connection", "Content-Length",
        ])
    #expect(
        kept == [
            "X-Forwarded-For: 4", "k-original-host: 5", "Knative-Serving-Tag: 6",
            "Forwarded: for=7",
        ])
    #expect(lines.count == dropped.count + kept.count)
    #expect(Reading.request(Array(text.utf8)).outcome == .accepted())
}

@Test(arguments: [
    ("GET / HTTP/1.1", "Connection: upgrade", "Upgrade: WebSocket", true),
    ("GET / HTTP/1.1", "Connection: keep-alive, Upgrade", "Upgrade: h2c, websocket", true),
    ("GET / HTTP/1.1", "Connection: upgrade", "Upgrade: h2c", false),
    ("GET / HTTP/1.1", "Connection: keep-alive", "Upgrade: websocket", false),
    ("POST / HTTP/1.1", "Connection: upgrade", "Upgrade: websocket", false),
    ("GET / HTTP/1.0", "Connection: upgrade", "Upgrade: websocket", false),
])
func `Only a whole offer of websocket upgrades`(
    _ line: String, _ connection: String, _ upgrade: String, _ upgrades: Bool
) {
    let text = head(of: request(line, connection, upgrade, "HTTP2-Settings: AAMA"))
    #expect(text.contains("upgrades \(upgrades)\n"))
    #expect(text.contains("[\(upgrade)]") && text.contains("[HTTP2-Settings: AAMA]"))
}

@Test(arguments: [
    ("POST / HTTP/1.1", "Content-Length: 5", true), ("POST / HTTP/1.1", "Content-Length: 0", false),
    ("POST / HTTP/1.1", "Transfer-Encoding: chunked", true), ("GET / HTTP/1.1", "X: y", false),
    ("POST / HTTP/1.0", "Content-Length: 5", false),
])
func `Expect counts where a body will come, and is never passed on as it came`(
    _ line: String, _ field: String, _ expects: Bool
) {
    let text = head(of: request(line, field, "Expect: 100-Continue"))
    #expect(text.contains("expects \(expects) "))
    #expect(text.contains("[Expect: 100-Continue]"))
}

@Test
func `The head may be exactly as large as its limits and no larger`() {
    let limits = HeadLimits(headBytes: 200, fields: 4, targetBytes: 20)
    func outcome(_ text: String) -> Outcome {
        let bytes = Array(text.utf8)
        let whole = Reading.request(bytes, limits: limits)
        for cut in splits(of: bytes.count) {
            #expect(Reading.request(bytes, cuts: cut, limits: limits) == whole)
        }
        return whole.outcome
    }
    func filled(to count: Int) -> String {
        let rest = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n".utf8.count
        let value = String(repeating: "x", count: count - rest)
        return "GET / HTTP/1.1\r\nHost: a\r\nX: \(value)\r\n\r\n"
    }
    #expect(outcome(filled(to: 200)) == .accepted())
    #expect(outcome(filled(to: 201)) == .refused(431, "head_too_large"))
    #expect(outcome(filled(to: 300)) == .refused(431, "head_too_large"))
    #expect(outcome(request("GET /123456789012345678x HTTP/1.1")) == .accepted())
    let long = Outcome.refused(414, "target_too_long")
    #expect(outcome(request("GET /123456789012345678xy HTTP/1.1")) == long)
    #expect(outcome(request("GET /" + String(repeating: "x", count: 90) + " HTTP/1.1")) == long)
    #expect(outcome("GET /" + String(repeating: "x", count: 90)) == long)
    #expect(outcome(String(repeating: "G", count: 90)) == long)
    #expect(outcome(request("GET / HTTP/1.1", "A: 1", "B: 2", "C: 3")) == .accepted())
    #expect(
        outcome(request("GET / HTTP/1.1", "A: 1", "B: 2", "C: 3", "D: 4"))
            == .refused(431, "too_many_fields"))
}

@Test
func `The default limits are the design's`() {
    let target = String(repeating: "x", count: 16 * 1024)
    let fields = (0..<100).map { "a\($0): b" }.joined(separator: "\r\n")
    let value = String(repeating: "x", count: 60 * 1024)
    func outcome(_ text: String) -> Outcome { Reading.request(Array(text.utf8)).outcome }
    #expect(outcome(request("GET /\(target.dropLast()) HTTP/1.1")) == .accepted())
    #expect(outcome(request("GET /\(target) HTTP/1.1")) == .refused(414, "target_too_long"))
    #expect(outcome(request("GET / HTTP/1.1", fields)) == .refused(431, "too_many_fields"))
    #expect(outcome(request("GET / HTTP/1.1", "a: \(value)")) == .refused(431, "head_too_large"))
    #expect(outcome("GET / HTTP/1.1\r\na: \(value)") == .refused(431, "head_too_large"))
}

@Test
func `Underscores pass where they are allowed, but not in framing fields`() {
    let limits = HeadLimits(allowsUnderscores: true)
    func outcome(_ field: String) -> Outcome {
        Reading.request(Array(request("GET / HTTP/1.1", field).utf8), limits: limits).outcome
    }
    #expect(outcome("X_Y: z") == .accepted())
    #expect(outcome("Transfer_Encoding: chunked") == .refused(400, "underscore_in_name"))
    #expect(outcome("content_LENGTH: 5") == .refused(400, "underscore_in_name"))
    for name in [
        "X_Forwarded_For", "x_forwarded-proto", "X-Forwarded_Client_Cert",
        "Knative_Serving_Namespace",
        "K_Original_Host", "x_request_id", "X_Real_IP", "x_envoy_internal", "Weir_Explain",
    ] {
        #expect(outcome("\(name): x") == .refused(400, "underscore_in_name"), "\(name)")
    }
}

@Test
func `Pipelined heads are read one after another with one parser`() {
    let first = Array(request("GET /1 HTTP/1.1", "X: 1").utf8)
    let second = Array(request("GET /2 HTTP/1.1").utf8)
    let both = first + second
    var parser = RequestHeadParser()
    var head = Head()
    #expect(
        parser.parse(both.span, into: &head, limits: HeadLimits())
            == .complete(length: first.count))
    #expect(head.fields.count == 2)
    #expect(parser.isIdle(waiting: 0))
    let rest = both.span.extracting(droppingFirst: first.count)
    #expect(!parser.isIdle(waiting: rest.count))
    #expect(
        parser.parse(rest, into: &head, limits: HeadLimits()) == .complete(length: second.count))
    #expect(head.fields.count == 1)
}

@Test
func `A head that comes byte by byte costs time in proportion to its length`() {
    // Quadratic work on these 60 KiB would take minutes.
    let limits = HeadLimits()
    for text in [
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 60_000),
        "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "x", count: 60_000),
        "GET / HTTP/1.1\r\nHost: a\r\nX:" + String(repeating: " ", count: 60_000),
    ] {
        let bytes = Array(text.utf8)
        var parser = RequestHeadParser()
        var head = Head()
        var waits = 0
        for count in 0...bytes.count {
            let status = parser.parse(
                bytes.span.extracting(first: count), into: &head, limits: limits)
            if status == .needsMore { waits += 1 }
        }
        #expect(waits == bytes.count + 1)
    }
}
