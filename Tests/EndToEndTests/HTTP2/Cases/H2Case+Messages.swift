import TestSupport

/// RFC 9113 §8.1: requests as they must, and must not, be put together.
extension H2Case {
    static let messages: [H2Case] = sequences + lengths + trailers + limits

    private static func length(_ count: String) -> [FieldLine] {
        fields("POST", "/", ("content-length", count))
    }

    private static let sequences: [H2Case] = [
        H2Case("RFC 9113 §8.1: a second HEADERS without END_STREAM", .streamError([.protocolError]))
        {
            try $0.send(
                .headers(1, fields("POST"), .endHeaders),
                .headers(1, [.init("x-a", "b")], .endHeaders))
        },
        H2Case("RFC 9113 §8.1: HEADERS within a body", .streamError([.protocolError])) {
            try $0.send(
                .headers(1, fields("POST"), .endHeaders), .data(1, "x"),
                .headers(1, [.init("x-a", "b")], .endHeaders), .data(1, "y", .endStream))
        },
        H2Case("RFC 9113 §8.1: a second request in place of trailers", .refused([400])) {
            try $0.send(
                .headers(1, fields("POST"), .endHeaders), .data(1, "x"), .headers(1, fields()))
        },
        H2Case("RFC 9113 §8.1: an empty block", .refused([400])) { client in
            try client.send(.headers(1, [UInt8]()))
        },
        H2Case(
            "RFC 9113 §8.1.1: a malformed request leaves others alone",
            .streamError([.protocolError])
        ) { client in
            try client.send(
                .headers(1, pseudo(path: nil)), .headers(3, fields()), .headers(5, fields()))
            for stream: UInt32 in [3, 5] where try client.readResponse(stream).status != 200 {
                throw TestFault("stream \(stream)")
            }
        },
    ]

    private static let lengths: [H2Case] = [
        H2Case("RFC 9113 §8.1.1: content-length as long as DATA", .answered(200, on: 1)) {
            try $0.send(.headers(1, length("4"), .endHeaders), .data(1, "body", .endStream))
        },
        H2Case("RFC 9113 §8.1.1: content-length without its padding", .answered(200, on: 1)) {
            try $0.send(
                .headers(1, length("4"), .endHeaders),
                .padded(1, Array("body".utf8), padding: 9, .endStream))
        },
        H2Case("RFC 9113 §8.1.1: content-length of more than DATA", .refused([400])) { client in
            try client.send(.headers(1, length("5"), .endHeaders), .data(1, "body", .endStream))
        },
        H2Case("RFC 9113 §8.1.1: content-length of less than DATA", .refused([400])) { client in
            try client.send(.headers(1, length("1"), .endHeaders), .data(1, "body", .endStream))
        },
        H2Case("RFC 9113 §8.1.1: content-length of less than many DATA", .refused([400])) {
            try $0.send(
                .headers(1, length("1"), .endHeaders), .data(1, "bo"), .data(1, "dy", .endStream))
        },
        H2Case("RFC 9113 §8.1.1: content-length without DATA", .refused([400])) { client in
            try client.send(.headers(1, length("4")))
        },
        H2Case("RFC 9113 §8.1.1: content-length and trailers but no DATA", .refused([400])) {
            try $0.send(
                .headers(1, length("4"), .endHeaders), .headers(1, [.init("x-a", "b")]))
        },
        .answered("RFC 9113 §8.1.1: content-length of 0 without DATA", length("0")),
        .refused("RFC 9110 §8.6: content-length that is signed", length("+0")),
        .refused("RFC 9110 §8.6: content-length that is negative", length("-1")),
        .refused("RFC 9110 §8.6: content-length that is no number", length("x")),
        .refused("RFC 9110 §8.6: content-length that is empty", length("")),
        .refused("RFC 9110 §8.6: content-length beyond 64 bits", length("99999999999999999999")),
        .refused("RFC 9110 §8.6: a list of lengths", length("0, 0")),
        .refused(
            "RFC 9110 §8.6: two lengths", length("0") + [.init("content-length", "0")]),
        .refused(
            "RFC 9110 §8.6: two lengths that differ", length("0") + [.init("content-length", "1")]),
    ]

    private static func trailer(_ name: String, _ field: FieldLine) -> H2Case {
        H2Case(name, .refused([400])) { client in
            try client.send(
                .headers(1, fields("POST", never), .endHeaders), .data(1, "x"),
                .headers(1, [field]))
        }
    }

    private static let trailers: [H2Case] = [
        trailer("RFC 9113 §8.1: a pseudo field in trailers", .init(":method", "POST")),
        trailer("RFC 9113 §8.1: :path in trailers", .init(":path", "/")),
        trailer("RFC 9113 §8.1: an unknown pseudo field in trailers", .init(":other", "x")),
        trailer("RFC 9113 §8.2.1: an uppercase name in trailers", .init("X-A", "b")),
        trailer("RFC 9113 §8.2.1: a line break in trailers", .init("x-a", "b\r\nx-c: d")),
        trailer("RFC 9113 §8.2.2: connection in trailers", .init("connection", "close")),
        trailer("RFC 9113 §8.2.2: transfer-encoding in trailers", .init("transfer-encoding", "x")),
    ]

    private static let limits: [H2Case] = [
        H2Case("RFC 9110 §15.5.15: a path of more than 16 KiB", .refused([414, 431])) { client in
            let long = HPACKWriter.block(fields("GET", "/" + String(repeating: "a", count: 17_000)))
            try client.send(
                .headers(1, Array(long.prefix(16_000)), .endStream),
                .continuation(1, Array(long.dropFirst(16_000))))
        },
        H2Case("RFC 6585 §5: more than 100 fields", .refused([431])) { client in
            let many = (0...100).map { FieldLine("x-\($0)", "a") }
            try client.send(.headers(1, fields() + many))
        },
        H2Case("RFC 6585 §5: fields of more than 60 KiB", .refused([431])) { client in
            let many = (0..<8).map { FieldLine("x-\($0)", String(repeating: "a", count: 8000)) }
            let block = HPACKWriter.block(fields() + many)
            let pieces = stride(from: 16_000, to: block.count, by: 16_000).map {
                H2Frame.continuation(
                    1, Array(block[$0..<min($0 + 16_000, block.count)]),
                    $0 + 16_000 < block.count ? [] : .endHeaders)
            }
            try client.wire.send([.headers(1, Array(block.prefix(16_000)), .endStream)] + pieces)
        },
        H2Case("RFC 6585 §5: fields of 40 KiB pass", .answered(200, on: 1)) { client in
            let many = (0..<5).map { FieldLine("x-\($0)", String(repeating: "a", count: 8000)) }
            let block = HPACKWriter.block(fields() + many)
            try client.send(
                .headers(1, Array(block.prefix(16_000)), .endStream),
                .continuation(1, Array(block[16_000..<32_000]), []),
                .continuation(1, Array(block.dropFirst(32_000))))
        },
    ]
}
