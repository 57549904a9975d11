/// Responses of an upstream, which obey the rules of requests, and what the client gets of each.
///
/// The fields that frame a request wrongly, and its chunks and trailers, stand in the tables of
/// requests; `ResponseVector(mirroring:)` makes responses of them.
package let responseVectors: [ResponseVector] =
    bodies + bodiless + statusLines + fields + leftovers

private let badLine = Outcome.refused(400, "bad_status_line")
private let hello = Outcome.accepted(body: "hello")
private let empty = "content-length: 0\r\n\r\n"

private let bodies: [ResponseVector] = [
    ResponseVector(
        "length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", gives: hello,
        relays: .whole("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"), "RFC 9112 §6.3"),
    ResponseVector(
        "chunked",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n00\r\na: b\r\n\r\n",
        gives: .accepted(body: "hello", trailers: ["a: b"]),
        relays: .whole(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\na: b\r\n\r\n"),
        "RFC 9112 §7.1"),
    ResponseVector(
        "until-close", "HTTP/1.1 200 OK\r\nX: y\r\n\r\nhello", gives: hello,
        relays: .whole(
            "HTTP/1.1 200 OK\r\nX: y\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9112 §6.3"),
    ResponseVector(
        "until-close-http10", "HTTP/1.0 200 OK\r\n\r\nhello", gives: hello,
        relays: .whole(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9112 §6.3"),
    ResponseVector(
        "short-body", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", gives: .needsMore,
        relays: .cut("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhello"), "RFC 9112 §8"),
    ResponseVector(
        "short-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello",
        gives: .needsMore,
        relays: .cut("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        "RFC 9112 §8"),
    ResponseVector(
        "no-last-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        gives: .needsMore,
        relays: .cut("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        "RFC 9112 §8"),
]

private let bodiless: [ResponseVector] = [
    ResponseVector(
        "head-with-length", isToHead: true, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
        gives: .accepted(), relays: .whole("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"),
        "RFC 9110 §9.3.2"),
    ResponseVector(
        "head-with-body", isToHead: true, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/",
        gives: .accepted(rest: "HTTP/"),
        relays: .whole("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"), "RFC 9110 §9.3.2"),
    ResponseVector(
        "head-chunked", isToHead: true,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        gives: .accepted(rest: "0\r\n\r\n"), relays: .whole("HTTP/1.1 200 OK\r\n\r\n"),
        "RFC 9110 §9.3.2"),
    ResponseVector(
        "204-with-body", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nHTTP/",
        gives: .accepted(rest: "HTTP/"), relays: .whole("HTTP/1.1 204 No Content\r\n\r\n"),
        "RFC 9112 §6.3"),
    ResponseVector(
        "304-with-body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nHTTP/",
        gives: .accepted(rest: "HTTP/"),
        relays: .whole("HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"),
        "RFC 9110 §15.4.5"),
    ResponseVector(
        "interim",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        gives: .accepted(rest: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        relays: .whole(
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n" + empty),
        "RFC 9110 §15.2"),
    ResponseVector(
        "interim-with-length",
        "HTTP/1.1 100 Continue\r\nContent-Length: 4\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        gives: .accepted(rest: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        relays: .whole("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + empty),
        "RFC 9110 §15.2"),
    ResponseVector(
        "switch-nobody-asked-for",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nX",
        gives: .accepted(rest: "X"), relays: .refused, "RFC 9110 §15.2.2"),
]

private let statusLines: [ResponseVector] = [
    ResponseVector(
        "no-reason", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", gives: .accepted(),
        relays: .whole("HTTP/1.1 200 \r\n" + empty), "RFC 9112 §4"),
    ResponseVector(
        "no-blank-before-no-reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
        gives: .accepted(), relays: .whole("HTTP/1.1 200 \r\n" + empty), "RFC 9112 §4"),
    ResponseVector(
        "any-reason", "HTTP/1.1 200 Très\tbien\r\nContent-Length: 0\r\n\r\n", gives: .accepted(),
        relays: .whole("HTTP/1.1 200 Très\tbien\r\n" + empty), "RFC 9112 §4"),
    ResponseVector(
        "status-above-599", "HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n",
        gives: .accepted(), relays: .whole("HTTP/1.1 999 Denied\r\n" + empty), "RFC 9110 §15"),
    ResponseVector(
        "status-of-two-digits", "HTTP/1.1 20 OK\r\n\r\n", gives: badLine, "RFC 9112 §4"),
    ResponseVector(
        "status-of-four-digits", "HTTP/1.1 2000 OK\r\n\r\n", gives: badLine, "RFC 9112 §4"),
    ResponseVector("status-below-100", "HTTP/1.1 099 OK\r\n\r\n", gives: badLine, "RFC 9110 §15"),
    ResponseVector("no-status", "HTTP/1.1\r\n\r\n", gives: badLine, "RFC 9112 §4"),
    ResponseVector("http2-text", "HTTP/2.0 200 OK\r\n\r\n", gives: badLine, "RFC 9112 §2.3"),
    ResponseVector("another-protocol", "SSH-2.0-OpenSSH", gives: badLine, "RFC 9112 §4"),
    ResponseVector("tls-alert", "\u{15}\u{03}", gives: badLine, "RFC 9112 §4"),
    ResponseVector(
        "empty-line-first", "\r\nHTTP/1.1 200 OK\r\n\r\n", gives: badLine, "RFC 9112 §4"),
    ResponseVector(
        "bare-lf", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", gives: .refused(400, "bare_lf"),
        "RFC 9112 §2.2"),
    ResponseVector(
        "bare-cr-in-reason", "HTTP/1.1 200 O\rK\r\n\r\n", gives: .refused(400, "bare_cr"),
        "RFC 9112 §2.2"),
    ResponseVector(
        "nul-in-reason", "HTTP/1.1 200 O\u{00}K\r\n\r\n", gives: .refused(400, "nul_byte"),
        "RFC 9112 §4"),
]

private let fields: [ResponseVector] = [
    ResponseVector(
        "underscore-in-name", "HTTP/1.1 200 OK\r\nX_Y: z\r\nContent-Length: 0\r\n\r\n",
        gives: .accepted(), relays: .whole("HTTP/1.1 200 OK\r\nX_Y: z\r\n" + empty), "design §6"),
    ResponseVector(
        "response-splitting", "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\n\r\n",
        gives: .refused(400, "bare_cr"), "RFC 9112 §2.2"),
    ResponseVector(
        "obs-fold", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", gives: .refused(400, "obs_fold"),
        "RFC 9112 §5.2"),
    ResponseVector(
        "blank-before-colon", "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
        gives: .refused(400, "space_before_colon"), "RFC 9112 §5.1"),
    ResponseVector(
        "blank-before-first-field", "HTTP/1.1 200 OK\r\n X: a\r\n\r\n",
        gives: .refused(400, "blank_before_first_field"), "RFC 9112 §2.2"),
    ResponseVector(
        "name-not-token", "HTTP/1.1 200 OK\r\nX(y): a\r\n\r\n",
        gives: .refused(400, "bad_field_name"), "RFC 9110 §5.1"),
    ResponseVector(
        "no-colon", "HTTP/1.1 200 OK\r\nX\r\n\r\n", gives: .refused(400, "missing_colon"),
        "RFC 9112 §5"),
    ResponseVector(
        "nul-in-value", "HTTP/1.1 200 OK\r\nX: a\u{00}b\r\n\r\n",
        gives: .refused(400, "nul_byte"), "RFC 9110 §5.5"),
    ResponseVector(
        "coding-in-http10", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        gives: .refused(400, "transfer_encoding_in_http10"), "RFC 9112 §6.1"),
    ResponseVector(
        "fields-of-the-connection",
        "HTTP/1.1 200 OK\r\nConnection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n",
        gives: .accepted(), relays: .whole("HTTP/1.1 200 OK\r\n" + empty), "RFC 9110 §7.6.1"),
]

/// What stands behind a response belongs to nobody: its connection is not used again.
private let leftovers: [ResponseVector] = [
    ResponseVector(
        "a-second-response",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison",
        gives: .accepted(rest: "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"),
        relays: .whole("HTTP/1.1 200 OK\r\n" + empty), "RFC 9112 §9.2"),
    ResponseVector(
        "bytes-behind-a-length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/",
        gives: .accepted(body: "hello", rest: "HTTP/"),
        relays: .whole("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"), "RFC 9112 §6.3"),
    ResponseVector(
        "bytes-behind-the-last-chunk",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n0\r\n\r\n",
        gives: .accepted(rest: "0\r\n\r\n"),
        relays: .whole("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        "RFC 9112 §7.1"),
]
