import Bytes
import HTTP
import TestSupport
import Testing

/// A response vector: the name, the request's method, the bytes, the verdict.
struct ResponseVector: CustomTestStringConvertible, Sendable {
    var name: String
    var method: HTTP.Method
    var input: [UInt8]
    var expected: Outcome

    init(_ name: String, to method: HTTP.Method = .get, _ text: String, gives expected: Outcome) {
        self.name = name
        self.method = method
        input = Array(text.utf8)
        self.expected = expected
    }

    var testDescription: String { name }
}

private let badLine = Outcome.refused(400, "bad_status_line")
private let hello = Outcome.accepted(body: "hello")

private let vectors: [ResponseVector] = [
    ResponseVector(
        "length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP",
        gives: .accepted(body: "hello", rest: "HTTP")),
    ResponseVector(
        "chunked",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\na: b\r\n\r\n",
        gives: .accepted(body: "hello", trailers: ["a: b"])),
    ResponseVector("until close", "HTTP/1.1 200 OK\r\nX: y\r\n\r\nhello", gives: hello),
    ResponseVector("until close in 1.0", "HTTP/1.0 200 OK\r\n\r\nhello", gives: hello),
    ResponseVector(
        "short body", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", gives: .needsMore),
    ResponseVector("no reason", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", gives: .accepted()),
    ResponseVector(
        "no blank before no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
        gives: .accepted()),
    ResponseVector(
        "reason with any text", "HTTP/1.1 200 Très\tbien\r\nContent-Length: 0\r\n\r\n",
        gives: .accepted()),
    ResponseVector(
        "interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        gives: .accepted(rest: "HTTP/1.1 200 OK\r\n\r\n")),
    ResponseVector(
        "answer to HEAD", to: .head, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP",
        gives: .accepted(rest: "HTTP")),
    ResponseVector(
        "chunked answer to HEAD", to: .head,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nHTTP", gives: .accepted(rest: "HTTP")),
    ResponseVector(
        "204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nHTTP",
        gives: .accepted(rest: "HTTP")),
    ResponseVector(
        "304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nHTTP",
        gives: .accepted(rest: "HTTP")),
    ResponseVector(
        "status above 599", "HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n",
        gives: .accepted()),
    ResponseVector(
        "underscore in a name", "HTTP/1.1 200 OK\r\nX_Y: z\r\nContent-Length: 0\r\n\r\n",
        gives: .accepted()),
    ResponseVector("status of two digits", "HTTP/1.1 20 OK\r\n\r\n", gives: badLine),
    ResponseVector("status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", gives: badLine),
    ResponseVector("status below 100", "HTTP/1.1 099 OK\r\n\r\n", gives: badLine),
    ResponseVector("no status", "HTTP/1.1\r\n\r\n", gives: badLine),
    ResponseVector("another version", "HTTP/2.0 200 OK\r\n\r\n", gives: badLine),
    ResponseVector("another protocol", "SSH-2.0-OpenSSH", gives: badLine),
    ResponseVector("TLS", "\u{15}\u{03}", gives: badLine),
    ResponseVector("empty line first", "\r\nHTTP/1.1 200 OK\r\n\r\n", gives: badLine),
    ResponseVector(
        "bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", gives: .refused(400, "bare_lf")),
    ResponseVector(
        "bare CR in the reason", "HTTP/1.1 200 O\rK\r\n\r\n", gives: .refused(400, "bare_cr")),
    ResponseVector(
        "NUL in the reason", "HTTP/1.1 200 O\u{00}K\r\n\r\n", gives: .refused(400, "nul_byte")),
    ResponseVector(
        "response splitting", "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\n\r\n",
        gives: .refused(400, "bare_cr")),
    ResponseVector(
        "obs-fold", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", gives: .refused(400, "obs_fold")),
    ResponseVector(
        "blank before colon", "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
        gives: .refused(400, "space_before_colon")),
    ResponseVector(
        "length and coding",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        gives: .refused(400, "content_length_and_transfer_encoding")),
    ResponseVector(
        "two equal lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        gives: .refused(400, "duplicate_content_length")),
    ResponseVector(
        "gzip, chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        gives: .refused(400, "bad_transfer_encoding")),
    ResponseVector(
        "coding in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        gives: .refused(400, "transfer_encoding_in_http10")),
]

@Test(arguments: vectors)
func `A response vector gets its verdict however it is cut`(_ vector: ResponseVector) {
    let whole = Reading.response(vector.input, to: vector.method)
    #expect(whole.outcome == vector.expected)
    for cut in splits(of: vector.input.count) {
        #expect(Reading.response(vector.input, to: vector.method, cuts: cut) == whole)
    }
}

@Test
func `A response head is taken apart`() {
    let text =
        "HTTP/1.1 404 Not here\r\nConnection: close, x-hop\r\nX-Hop: 1\r\nHost: odd\r\n"
        + "Content-Length: 0\r\nProxy-Authenticate: Basic\r\nSet-Cookie: a=b\r\n\r\n"
    #expect(
        Reading.response(Array(text.utf8)).head == """
              path 
            authority  host 
            status 404 Not here version 1
            framing length(0) declared 0
            keeps false expects false trailers false upgrades false
            [Connection: close, x-hop]
            [X-Hop: 1]
            Host: odd
            [Content-Length: 0]
            [Proxy-Authenticate: Basic]
            Set-Cookie: a=b
            """)
}

@Test
func `The length of a body that does not come is remembered`() {
    let text = Array("HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n".utf8)
    #expect(Reading.response(text).head.contains("framing none declared 77\n"))
}

@Test
func `A switch to websocket leaves HTTP`() {
    let text = Array(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nX"
            .utf8)
    let reading = Reading.response(text)
    #expect(reading.head.contains("framing none"))
    #expect(reading.head.contains("keeps false"))
    #expect(reading.head.contains("upgrades true"))
    #expect(reading.outcome == .accepted(rest: "X"))
}

@Test
func `A body without an end keeps no connection`() {
    let text = Array("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n".utf8)
    let head = Reading.response(text).head
    #expect(head.contains("framing untilClose") && head.contains("keeps false"))
}
