/// Body framing: the families of Http11Probe, by its names, and our answer to each.
package let framingVectors: [Vector] =
    contentLengthAndCoding + contentLengths + transferEncodings + bodies

private let clTE = Outcome.refused(400, "content_length_and_transfer_encoding")
private let badLength = Outcome.refused(400, "bad_content_length")
private let badCoding = Outcome.refused(400, "bad_transfer_encoding")
private let unknownCoding = Outcome.refused(501, "unknown_transfer_coding")
private let hello = Outcome.accepted(body: "hello")

private let contentLengthAndCoding: [Vector] = [
    Vector(
        "cl-te-both", post: "Content-Length: 5", "Transfer-Encoding: chunked", body: "0\r\n\r\n",
        gives: clTE, "RFC 9112 §6.1"),
    Vector(
        "clte-desync", post: "Content-Length: 6", "Transfer-Encoding: chunked", body: "0\r\n\r\nX",
        gives: clTE, "RFC 9112 §6.1"),
    Vector(
        "clte-pipeline", post: "Content-Length: 4", "Transfer-Encoding: chunked",
        body: "0\r\n\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n", gives: clTE, "RFC 9112 §6.1"),
    Vector(
        "clte-smuggled-get", post: "Content-Length: 40", "Transfer-Encoding: chunked",
        body: "0\r\n\r\nGET /b HTTP/1.1\r\nHost: a.example\r\n\r\n", gives: clTE, "RFC 9112 §6.1"),
    Vector(
        "clte-smuggled-head", post: "Content-Length: 41", "Transfer-Encoding: chunked",
        body: "0\r\n\r\nHEAD /b HTTP/1.1\r\nHost: a.example\r\n\r\n", gives: clTE, "RFC 9112 §6.1"),
    Vector(
        "clte-conn-close", post: "Content-Length: 6", "Transfer-Encoding: chunked",
        "Connection: close", body: "0\r\n\r\nX", gives: clTE, "RFC 9112 §6.1"),
    Vector(
        "tecl-desync", post: "Transfer-Encoding: chunked", "Content-Length: 30", body: "0\r\n\r\nX",
        gives: clTE, "RFC 9112 §6.1"),
    Vector(
        "tecl-pipeline", post: "Transfer-Encoding: chunked", "Content-Length: 4",
        body: "0\r\n\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n", gives: clTE, "RFC 9112 §6.1"),
    Vector(
        "tecl-smuggled-get", post: "Transfer-Encoding: chunked", "Content-Length: 4",
        body: "23\r\nGET /b HTTP/1.1\r\nHost: a.example\r\n\r\n\r\n0\r\n\r\n", gives: clTE,
        "RFC 9112 §6.1"),
    Vector(
        "tecl-conn-close", post: "Transfer-Encoding: chunked", "Content-Length: 4",
        "Connection: close", body: "0\r\n\r\n", gives: clTE, "RFC 9112 §6.1"),
]

private let contentLengths: [Vector] = [
    Vector(
        "content-length", post: "Content-Length: 5", body: "hello", gives: hello,
        sends: .post("content-length: 5", body: "hello"), "RFC 9112 §6.3"),
    Vector(
        "duplicate-cl", post: "Content-Length: 5", "Content-Length: 5", body: "hello",
        gives: .refused(400, "duplicate_content_length"), "RFC 9112 §6.3"),
    Vector(
        "duplicate-cl-different", post: "Content-Length: 5", "Content-Length: 6", body: "hello",
        gives: .refused(400, "duplicate_content_length"), "RFC 9112 §6.3"),
    Vector(
        "cl-comma-same", post: "Content-Length: 5, 5", body: "hello", gives: badLength,
        "RFC 9110 §8.6"),
    Vector("cl-comma-different", post: "Content-Length: 5, 6", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-comma-triple", post: "Content-Length: 5,5,5", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-leading-zeros", post: "Content-Length: 005", gives: badLength, "RFC 9110 §8.6"),
    Vector(
        "cl-leading-zeros-octal", post: "Content-Length: 010", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-octal", post: "Content-Length: 0o5", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-hex-prefix", post: "Content-Length: 0x5", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-underscore", post: "Content-Length: 1_0", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-negative", post: "Content-Length: -1", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-negative-zero", post: "Content-Length: -0", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-double-zero", post: "Content-Length: 00", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-internal-space", post: "Content-Length: 1 0", gives: badLength, "RFC 9110 §8.6"),
    Vector(
        "cl-trailing-space", post: "Content-Length: 5 ", body: "hello", gives: hello,
        sends: .post("content-length: 5", body: "hello"),
        "RFC 9110 §5.5"),
    Vector(
        "cl-extra-leading-sp", post: "Content-Length:  5", body: "hello", gives: hello,
        sends: .post("content-length: 5", body: "hello"),
        "RFC 9110 §5.5"),
    Vector("cl-plus", post: "Content-Length: +5", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-non-numeric", post: "Content-Length: abc", gives: badLength, "RFC 9110 §8.6"),
    Vector("cl-empty", post: "Content-Length:", gives: badLength, "RFC 9110 §8.6"),
    Vector(
        "cl-overflow-63-bits", post: "Content-Length: 9223372036854775808", gives: badLength,
        "RFC 9110 §8.6"),
    Vector(
        "cl-overflow-64-bits", post: "Content-Length: 18446744073709551621", gives: badLength,
        "RFC 9110 §8.6"),
    Vector(
        "cl-largest", post: "Content-Length: 9223372036854775807", gives: .needsMore,
        sends: .post("content-length: 9223372036854775807"),
        "RFC 9110 §8.6"),
]

private let transferEncodings: [Vector] = [
    Vector(
        "te-duplicate-headers", post: "Transfer-Encoding: chunked", "Transfer-Encoding: chunked",
        gives: .refused(400, "duplicate_transfer_encoding"), "RFC 9112 §6.1"),
    Vector(
        "te-duplicate-identity", post: "Transfer-Encoding: chunked", "Transfer-Encoding: identity",
        gives: .refused(400, "duplicate_transfer_encoding"), "RFC 9112 §6.1"),
    Vector(
        "te-double-chunked", post: "Transfer-Encoding: chunked, chunked", gives: badCoding,
        "RFC 9112 §6.1"),
    Vector(
        "te-not-final-chunked", post: "Transfer-Encoding: chunked, gzip", gives: badCoding,
        "RFC 9112 §6.1"),
    Vector(
        "te-gzip-chunked", post: "Transfer-Encoding: gzip, chunked", gives: badCoding,
        "RFC 9112 §6.1"),
    Vector("te-identity", post: "Transfer-Encoding: identity", gives: unknownCoding, "RFC 9112 §7"),
    Vector(
        "te-xchunked", post: "Transfer-Encoding: xchunked", gives: unknownCoding, "RFC 9112 §6.1"),
    Vector("te-empty-value", post: "Transfer-Encoding:", gives: badCoding, "RFC 9112 §6.1"),
    Vector(
        "te-leading-comma", post: "Transfer-Encoding: , chunked", gives: badCoding, "RFC 9112 §6.1"),
    Vector(
        "te-trailing-comma", post: "Transfer-Encoding: chunked,", gives: badCoding, "RFC 9112 §6.1"),
    Vector(
        "te-trailing-space", post: "Transfer-Encoding: chunked ", body: "5\r\nhello\r\n0\r\n\r\n",
        gives: hello, sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9110 §5.5"),
    Vector(
        "te-tab-before-value", post: "Transfer-Encoding:\tchunked", body: "5\r\nhello\r\n0\r\n\r\n",
        gives: hello, sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9110 §5.5"),
    Vector(
        "te-vtab", post: "Transfer-Encoding: \u{0b}chunked", gives: .refused(400, "control_byte"),
        "RFC 9110 §5.5"),
    Vector(
        "te-formfeed", post: "Transfer-Encoding: \u{0c}chunked",
        gives: .refused(400, "control_byte"),
        "RFC 9110 §5.5"),
    Vector(
        "te-null", post: "Transfer-Encoding: chunked\u{00}", gives: .refused(400, "nul_byte"),
        "RFC 9110 §5.5"),
    Vector(
        "te-case-mismatch", post: "Transfer-Encoding: Chunked", body: "5\r\nhello\r\n0\r\n\r\n",
        gives: hello, sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9112 §7"),
    Vector(
        "te-obs-fold", post: "Transfer-Encoding:\r\n chunked",
        gives: .refused(400, "bad_transfer_encoding"),
        "RFC 9112 §5.2"),
    Vector(
        "te-http10", raw: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        gives: .refused(400, "transfer_encoding_in_http10"), "RFC 9112 §6.1"),
    Vector(
        "chunked-with-params", post: "Transfer-Encoding: chunked;q=1", gives: badCoding,
        "RFC 9112 §7"),
    Vector("te-quoted", post: "Transfer-Encoding: \"chunked\"", gives: badCoding, "RFC 9112 §7"),
    Vector(
        "te-sp-before-colon", post: "Transfer-Encoding : chunked",
        gives: .refused(400, "space_before_colon"), "RFC 9112 §5.1"),
    Vector(
        "transfer-encoding-underscore", post: "Transfer_Encoding: chunked",
        gives: .refused(400, "underscore_in_name"), "design §6"),
]

private let bodies: [Vector] = [
    Vector(
        "cl0-body-poison", post: "Content-Length: 0", body: "GET /b HTTP/1.1\r\n",
        gives: .accepted(rest: "GET /b HTTP/1.1\r\n"), sends: .post("content-length: 0"),
        "RFC 9112 §6.3"),
    Vector(
        "no-framing-no-body", post: "X: y", body: "hello", gives: .accepted(rest: "hello"),
        sends: .post("X: y"),
        "RFC 9112 §6.3"
    ),
    Vector(
        "get-cl-body-desync", get: "Content-Length: 5", then: "helloGET",
        gives: .accepted(body: "hello", rest: "GET"),
        sends: .get("content-length: 5", body: "hello"), "RFC 9110 §9.3.1"),
    Vector(
        "get-cl-prefix-desync", get: "Content-Length: 20", then: "GET /b HTTP/1.1\r\nXXXGET",
        gives: .accepted(body: "GET /b HTTP/1.1\r\nXXX", rest: "GET"),
        sends: .get("content-length: 20", body: "GET /b HTTP/1.1\r\nXXX"), "RFC 9110 §9.3.1"),
    Vector(
        "get-chunked-body-desync", get: "Transfer-Encoding: chunked",
        then: "5\r\nhello\r\n0\r\n\r\nGET", gives: .accepted(body: "hello", rest: "GET"),
        sends: .get("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9110 §9.3.1"),
    Vector(
        "head-cl-body", raw: "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        gives: hello,
        sends: .request("HEAD / HTTP/1.1", host: "a", "content-length: 5", body: "hello"),
        "RFC 9110 §9.3.2"),
    Vector(
        "options-cl-body", raw: "OPTIONS / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        gives: hello,
        sends: .request("OPTIONS / HTTP/1.1", host: "a", "content-length: 5", body: "hello"),
        "RFC 9110 §9.3.7"),
    Vector(
        "options-cl-body-desync",
        raw: "OPTIONS / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET",
        gives: .accepted(body: "hello", rest: "GET"),
        sends: .request("OPTIONS / HTTP/1.1", host: "a", "content-length: 5", body: "hello"),
        "RFC 9110 §9.3.7"),
    Vector(
        "delete-chunked",
        raw:
            "DELETE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        gives: hello,
        sends: .request(
            "DELETE / HTTP/1.1", host: "a", "transfer-encoding: chunked",
            body: "5\r\nhello\r\n0\r\n\r\n"), "RFC 9110 §9.3.5"),
    Vector(
        "trace-with-body", raw: "TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        gives: .refused(400, "body_in_trace"), "RFC 9110 §9.3.8"),
    Vector(
        "expect-100-cl", post: "Expect: 100-continue", "Content-Length: 5", body: "hello",
        gives: hello, sends: .post("expect: 100-continue", "content-length: 5", body: "hello"),
        "RFC 9110 §10.1.1"),
    Vector(
        "expect-100-cl-desync", post: "Expect: 100-continue", "Content-Length: 5", body: "helloGET",
        gives: .accepted(body: "hello", rest: "GET"),
        sends: .post("expect: 100-continue", "content-length: 5", body: "hello"), "RFC 9110 §10.1.1"
    ),
    Vector(
        "expect-unknown", post: "Expect: 200-ok", "Content-Length: 5",
        gives: .refused(417, "unknown_expectation"), "RFC 9110 §10.1.1"),
]
