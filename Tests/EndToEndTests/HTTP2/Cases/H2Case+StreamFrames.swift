import TestSupport

/// RFC 9113 §6.1 to §6.4, §6.6 and §6.10: the frames that belong to a stream.
extension H2Case {
    static let streamFrames: [H2Case] = data + headers + prioritiesAndResets + continuations

    private static let data: [H2Case] = [
        H2Case("RFC 9113 §6.1: DATA on stream 0", .connectionError([.protocolError])) {
            try $0.send(.data(0, "x"))
        },
        H2Case(
            "RFC 9113 §6.1: padding longer than the payload", .connectionError([.protocolError])
        ) { client in
            try client.send(
                .headers(1, fields("POST"), .endHeaders),
                .padded(1, Array("body".utf8), padding: 0, says: 200, .endStream))
        },
        H2Case(
            "RFC 9113 §6.1: padding as long as the payload", .connectionError([.protocolError])
        ) { client in
            try client.send(
                .headers(1, fields("POST"), .endHeaders),
                .padded(1, Array("body".utf8), padding: 0, says: 5, .endStream))
        },
        H2Case(
            "RFC 9113 §6.1: padding without its length",
            .connectionError([.frameSizeError, .protocolError])
        ) { client in
            try client.send(
                .headers(1, fields("POST"), .endHeaders), .data(1, "", [.padded, .endStream]))
        },
    ]

    private static let headers: [H2Case] = [
        H2Case("RFC 9113 §6.2: HEADERS on stream 0", .connectionError([.protocolError])) {
            try $0.send(.headers(0, fields()))
        },
        H2Case(
            "RFC 9113 §6.2: padding longer than the block", .connectionError([.protocolError])
        ) { client in
            let block = [200] + HPACKWriter.block(fields())
            try client.send(.headers(1, block, [.endHeaders, .endStream, .padded]))
        },
        H2Case(
            "RFC 9113 §6.2: DATA within a block", .connectionError([.protocolError])
        ) { client in
            try client.send(.headers(1, fields("POST"), []), .data(1, "x", .endStream))
        },
        H2Case(
            "RFC 9113 §6.2: HEADERS of the same stream within a block",
            .connectionError([.protocolError])
        ) { client in
            try client.send(.headers(1, fields("POST"), []), .headers(1, fields("POST")))
        },
        H2Case(
            "RFC 7540 §5.3.1: HEADERS that depend on their own stream",
            .errorOrNothing([.protocolError])
        ) { client in
            try client.send(.headers(1, dependsOn: 1, fields()))
        },
        H2Case("RFC 9113 §6.6: PUSH_PROMISE of a client", .connectionError([.protocolError])) {
            try $0.send(
                .headers(1, fields("POST"), .endHeaders), .pushPromise(1, promises: 2, fields()))
        },
        H2Case(
            "RFC 9113 §8.4: PUSH_PROMISE on an idle stream", .connectionError([.protocolError])
        ) { client in
            try client.send(.pushPromise(1, promises: 2, fields()))
        },
    ]

    private static let prioritiesAndResets: [H2Case] = [
        H2Case("RFC 9113 §6.3: PRIORITY on stream 0", .connectionError([.protocolError])) {
            try $0.send(.priority(0, dependsOn: 1))
        },
        H2Case(
            "RFC 9113 §6.3: PRIORITY that is not 5 bytes long", .streamError([.frameSizeError])
        ) { client in
            try client.send(
                .headers(1, fields("GET", never)),
                H2Frame(.priority, stream: 1, payload: [0, 0, 0, 0]))
        },
        H2Case(
            "RFC 7540 §5.3.1: PRIORITY that depends on its own stream",
            .errorOrNothing([.protocolError])
        ) { client in
            try client.send(.priority(1, dependsOn: 1))
        },
        H2Case("RFC 9113 §6.4: RST_STREAM on stream 0", .connectionError([.protocolError])) {
            try $0.send(.reset(0))
        },
        H2Case(
            "RFC 9113 §6.4: RST_STREAM that is shorter than 4 bytes",
            .connectionError([.frameSizeError])
        ) { client in
            try client.send(
                .headers(1, fields("GET", never)),
                H2Frame(.reset, stream: 1, payload: [0, 0, 8]))
        },
        H2Case(
            "RFC 9113 §6.4: RST_STREAM that is longer than 4 bytes",
            .connectionError([.frameSizeError])
        ) { client in
            try client.send(
                .headers(1, fields("GET", never)),
                H2Frame(.reset, stream: 1, payload: [0, 0, 0, 8, 0]))
        },
    ]

    private static let rest = HPACKWriter.block([.init("x-a", "b")])

    private static let continuations: [H2Case] = [
        H2Case("RFC 9113 §6.10: CONTINUATION on stream 0", .connectionError([.protocolError])) {
            try $0.send(.headers(1, fields(), .endStream), .continuation(0, rest))
        },
        H2Case(
            "RFC 9113 §6.10: CONTINUATION of another stream", .connectionError([.protocolError])
        ) { client in
            try client.send(.headers(1, fields(), .endStream), .continuation(3, rest))
        },
        H2Case(
            "RFC 9113 §6.10: CONTINUATION and then another frame",
            .connectionError([.protocolError])
        ) { client in
            try client.send(
                .headers(1, fields("POST"), []), .continuation(1, rest, []), .data(1, "x"))
        },
        H2Case(
            "RFC 9113 §6.10: CONTINUATION behind a block that has ended",
            .connectionError([.protocolError])
        ) { client in
            try client.send(.headers(1, fields("POST"), .endHeaders), .continuation(1, rest))
        },
        H2Case(
            "RFC 9113 §6.10: CONTINUATION behind CONTINUATION that ended the block",
            .connectionError([.protocolError])
        ) { client in
            try client.send(
                .headers(1, fields("POST"), []), .continuation(1, rest), .continuation(1, rest))
        },
        H2Case("RFC 9113 §6.10: CONTINUATION behind DATA", .connectionError([.protocolError])) {
            try $0.send(
                .headers(1, fields("POST"), .endHeaders), .data(1, "x"), .continuation(1, rest))
        },
    ]
}
