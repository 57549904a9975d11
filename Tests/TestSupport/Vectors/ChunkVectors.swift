/// Chunks, their extensions and trailers: the families of Http11Probe, by its names.
package let chunkVectors: [Vector] = chunkSizes + chunkEnds + chunkExtensions + trailers

private let badSize = Outcome.refused(400, "bad_chunk_size")
private let badEnd = Outcome.refused(400, "bad_chunk_end")
private let badExtension = Outcome.refused(400, "bad_chunk_extension")
private let hello = Outcome.accepted(body: "hello")

private let chunkSizes: [Vector] = [
    Vector(
        "chunked", chunks: "5\r\nhello\r\n0\r\n\r\n", gives: hello,
        sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"), "RFC 9112 §7.1"
    ),
    Vector(
        "chunked-twice", chunks: "2\r\nhe\r\n3\r\nllo\r\n000\r\n\r\nGET",
        gives: .accepted(body: "hello", rest: "GET"),
        sends: .post("transfer-encoding: chunked", body: "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
        "RFC 9112 §7.1"),
    Vector(
        "chunk-upper-case", chunks: "A\r\n0123456789\r\n0\r\n\r\n",
        gives: .accepted(body: "0123456789"),
        sends: .post("transfer-encoding: chunked", body: "a\r\n0123456789\r\n0\r\n\r\n"),
        "RFC 9112 §7.1"),
    Vector(
        "chunk-hex-prefix", chunks: "0x5\r\nhello\r\n0\r\n\r\n", gives: badSize, "RFC 9112 §7.1"),
    Vector("chunk-size-plus", chunks: "+5\r\nhello\r\n0\r\n\r\n", gives: badSize, "RFC 9112 §7.1"),
    Vector(
        "chunk-underscore", chunks: "1_0\r\nhello\r\n0\r\n\r\n", gives: badSize, "RFC 9112 §7.1"),
    Vector("chunk-negative", chunks: "-5\r\nhello\r\n0\r\n\r\n", gives: badSize, "RFC 9112 §7.1"),
    Vector("chunk-leading-sp", chunks: " 5\r\nhello\r\n0\r\n\r\n", gives: badSize, "RFC 9112 §7.1"),
    Vector(
        "chunk-size-trailing-ows", chunks: "5 \r\nhello\r\n0\r\n\r\n", gives: badSize,
        "RFC 9112 §7.1"),
    Vector("chunk-size-empty", chunks: "\r\nhello\r\n0\r\n\r\n", gives: badSize, "RFC 9112 §7.1"),
    Vector("chunk-size-letter", chunks: "g\r\nhello\r\n0\r\n\r\n", gives: badSize, "RFC 9112 §7.1"),
    Vector(
        "chunk-invalid-size-desync", chunks: "+\r\n0\r\n\r\nGET /b HTTP/1.1\r\n\r\n",
        gives: badSize, "RFC 9112 §7.1"),
    Vector(
        "chunk-size-overflow", chunks: "10000000000000005\r\nhello\r\n", gives: badSize,
        "RFC 9112 §7.1"),
    Vector(
        "chunk-size-16-digits", chunks: "0000000000000005\r\nhello\r\n", gives: badSize,
        "RFC 9112 §7.1"),
    Vector(
        "chunk-size-15-digits", chunks: "000000000000005\r\nhello\r\n0\r\n\r\n", gives: hello,
        sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9112 §7.1"),
    Vector(
        "chunk-size-largest", chunks: "fffffffffffffff\r\nhello", gives: .needsMore,
        sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n"), "RFC 9112 §7.1"
    ),
]

private let chunkEnds: [Vector] = [
    Vector(
        "chunk-lf-term", chunks: "5\nhello\r\n0\r\n\r\n", gives: .refused(400, "bare_lf"),
        "RFC 9112 §7.1"),
    Vector(
        "chunk-bare-cr-term", chunks: "5\rhello\r\n0\r\n\r\n", gives: .refused(400, "bare_cr"),
        "RFC 9112 §7.1"),
    Vector("chunk-data-lf-term", chunks: "5\r\nhello\n0\r\n\r\n", gives: badEnd, "RFC 9112 §7.1"),
    Vector("chunk-data-cr-term", chunks: "5\r\nhello\r0\r\n\r\n", gives: badEnd, "RFC 9112 §7.1"),
    Vector(
        "chunk-missing-trailing-crlf", chunks: "5\r\nhello0\r\n\r\n", gives: badEnd, "RFC 9112 §7.1"
    ),
    Vector("chunk-spill", chunks: "5\r\nhello world\r\n0\r\n\r\n", gives: badEnd, "RFC 9112 §7.1"),
    Vector(
        "chunk-lf-trailer", chunks: "5\r\nhello\r\n0\r\n\n", gives: .refused(400, "bare_lf"),
        "RFC 9112 §7.1.2"),
    Vector(
        "chunk-cr-trailer", chunks: "0\r\n\rX\r\n", gives: .refused(400, "bare_cr"),
        "RFC 9112 §7.1.2"),
]

private let chunkExtensions: [Vector] = [
    Vector(
        "chunk-ext", chunks: "5;a;b=c;d=\"e;\\\"\r\"\r\nhello\r\n0\r\n\r\n", gives: badExtension,
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-token", chunks: "5;a;b=c\r\nhello\r\n0;d\r\n\r\n", gives: hello,
        sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-quoted", chunks: "5;a=\"b;\\\" c\";d\r\nhello\r\n0\r\n\r\n", gives: hello,
        sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-quoted-open", chunks: "5;a=\"b\r\nhello\r\n0\r\n\r\n", gives: badExtension,
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-after-quoted", chunks: "5;a=\"b\"c\r\nhello\r\n0\r\n\r\n", gives: badExtension,
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-bare-semicolon", chunks: "5;\r\nhello\r\n0\r\n\r\n", gives: badExtension,
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-lf", chunks: "5;a\nhello\r\n0\r\n\r\n", gives: badExtension, "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-cr", chunks: "5;a\rX\r\nhello\r\n0\r\n\r\n", gives: .refused(400, "bare_cr"),
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-ctrl", chunks: "5;a=\"\u{01}\"\r\nhello\r\n0\r\n\r\n", gives: badExtension,
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-nul", chunks: "5;a\u{00}\r\nhello\r\n0\r\n\r\n", gives: badExtension,
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-invalid-token", chunks: "5;[]\r\nhello\r\n0\r\n\r\n", gives: badExtension,
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-empty-value", chunks: "5;a=\r\nhello\r\n0\r\n\r\n", gives: badExtension,
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-blank", chunks: "5; a\r\nhello\r\n0\r\n\r\n", gives: badExtension,
        "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-bomb", chunks: "5;" + String(repeating: "a", count: 5000) + "\r\n",
        gives: .refused(400, "chunk_extensions_too_long"), "RFC 9112 §7.1.1"),
    Vector(
        "chunk-ext-drip",
        chunks: String(repeating: "1;aaaaaaaaa\r\nx\r\n", count: 600),
        gives: .refused(400, "chunk_extensions_too_long"), "RFC 9112 §7.1.1"),
]

private let trailers: [Vector] = [
    Vector(
        "trailer", chunks: "5\r\nhello\r\n0\r\ngrpc-status: 0\r\nX-Sum:  1 \r\n\r\nGET",
        gives: .accepted(body: "hello", trailers: ["grpc-status: 0", "X-Sum: 1"], rest: "GET"),
        sends: .post(
            "transfer-encoding: chunked",
            body: "5\r\nhello\r\n0\r\ngrpc-status: 0\r\nX-Sum: 1\r\n\r\n"),
        "RFC 9112 §7.1.2"),
    Vector(
        "trailer-cl", chunks: "5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n", gives: hello,
        sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9110 §6.5.1"),
    Vector(
        "trailer-te", chunks: "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n", gives: hello,
        sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9110 §6.5.1"),
    Vector(
        "trailer-host", chunks: "5\r\nhello\r\n0\r\nHost: evil.example\r\n\r\n", gives: hello,
        sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9110 §6.5.1"),
    Vector(
        "trailer-auth", chunks: "5\r\nhello\r\n0\r\nAuthorization: Basic eA==\r\n\r\n",
        gives: hello, sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9110 §6.5.1"),
    Vector(
        "trailer-content-type", chunks: "5\r\nhello\r\n0\r\nContent-Type: a/b\r\n\r\n",
        gives: hello, sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9110 §6.5.1"),
    Vector(
        "trailer-knative",
        chunks: "5\r\nhello\r\n0\r\nK-Original-Host: x\r\nX-Forwarded-By: y\r\nIf-Match: z\r\n\r\n",
        gives: hello, sends: .post("transfer-encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
        "RFC 9110 §6.5.1"),
    Vector(
        "trailer-obs-fold", chunks: "0\r\na: b\r\n c\r\n\r\n", gives: .refused(400, "obs_fold"),
        "RFC 9112 §5.2"),
    Vector(
        "trailer-sp-before-colon", chunks: "0\r\na : b\r\n\r\n",
        gives: .refused(400, "space_before_colon"), "RFC 9112 §5.1"),
    Vector(
        "trailer-underscore", chunks: "0\r\na_b: c\r\n\r\n",
        gives: .refused(400, "underscore_in_name"), "design §6"),
    Vector(
        "trailer-lf", chunks: "0\r\na: b\n\r\n", gives: .refused(400, "bare_lf"), "RFC 9112 §2.2"),
    Vector(
        "trailer-nul", chunks: "0\r\na: b\u{00}\r\n\r\n", gives: .refused(400, "nul_byte"),
        "RFC 9110 §5.5"),
    Vector(
        "trailer-bomb", chunks: "0\r\na: " + String(repeating: "b", count: 17_000),
        gives: .refused(431, "trailers_too_large"), "design §6"),
    Vector(
        "trailer-count-bomb", chunks: "0\r\n" + String(repeating: "a: b\r\n", count: 51),
        gives: .refused(431, "too_many_trailers"), "design §6"),
]
