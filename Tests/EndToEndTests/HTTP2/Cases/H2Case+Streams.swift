import TestSupport

/// RFC 9113 §5: the states of streams, their ids, their number.
extension H2Case {
    static let streams: [H2Case] = idle + halfClosed + closed + identifiers

    private static let idle: [H2Case] = [
        H2Case("RFC 9113 §5.1: DATA on an idle stream", .connectionError([.protocolError])) {
            try $0.send(.data(1, "x", .endStream))
        },
        H2Case("RFC 9113 §5.1: RST_STREAM on an idle stream", .connectionError([.protocolError])) {
            try $0.send(.reset(1))
        },
        H2Case(
            "RFC 9113 §5.1: WINDOW_UPDATE on an idle stream", .connectionError([.protocolError])
        ) { client in
            try client.send(.windowUpdate(1, 100))
        },
        H2Case(
            "RFC 9113 §5.1: CONTINUATION on an idle stream", .connectionError([.protocolError])
        ) { client in
            try client.send(.continuation(1, HPACKWriter.block(fields())))
        },
        H2Case(
            "RFC 9113 §5.1: DATA on an even, idle stream", .connectionError([.protocolError])
        ) { client in
            try client.send(.data(2, "x", .endStream))
        },
    ]

    private static let halfClosed: [H2Case] = [
        H2Case("RFC 9113 §5.1: DATA on a half-closed stream", .streamError([.streamClosed])) {
            try $0.send(.headers(1, fields("GET", never)), .data(1, "x", .endStream))
        },
        H2Case("RFC 9113 §5.1: HEADERS on a half-closed stream", .streamError([.streamClosed])) {
            try $0.send(.headers(1, fields("GET", never)), .headers(1, fields()))
        },
        H2Case("RFC 9113 §5.1: trailers on a half-closed stream", .streamError([.streamClosed])) {
            try $0.send(.headers(1, fields("GET", never)), .headers(1, [.init("x-a", "b")]))
        },
        H2Case(
            "RFC 9113 §5.1: CONTINUATION on a half-closed stream",
            .connectionError([.streamClosed, .protocolError])
        ) { client in
            try client.send(
                .headers(1, fields("GET", never)),
                .continuation(1, HPACKWriter.block(fields())))
        },
        H2Case(
            "RFC 9113 §5.1: DATA behind a body that has ended", .streamError([.streamClosed])
        ) { client in
            try client.send(
                .headers(1, fields("POST", never), .endHeaders), .data(1, "x", .endStream),
                .data(1, "y", .endStream))
        },
    ]

    private static let closed: [H2Case] = [
        H2Case("RFC 9113 §5.1: DATA behind RST_STREAM", .errorOrNothing([.streamClosed])) {
            try $0.send(
                .headers(1, fields("POST", never), .endHeaders), .reset(1),
                .data(1, "x", .endStream))
        },
        H2Case("RFC 9113 §5.1: HEADERS behind RST_STREAM", .errorOrNothing([.streamClosed])) {
            try $0.send(
                .headers(1, fields("POST", never), .endHeaders), .reset(1),
                .headers(1, fields()))
        },
        H2Case(
            "RFC 9113 §5.1: CONTINUATION behind RST_STREAM",
            .connectionError([.streamClosed, .protocolError])
        ) { client in
            try client.send(
                .headers(1, fields("POST", never), .endHeaders), .reset(1),
                .continuation(1, HPACKWriter.block(fields())))
        },
        H2Case("RFC 9113 §5.1: DATA on a closed stream", .errorOrNothing([.streamClosed])) {
            _ = try $0.ask(fields())
            try $0.send(.data(1, "x", .endStream))
        },
        H2Case("RFC 9113 §5.1: HEADERS on a closed stream", .streamError([.streamClosed])) {
            _ = try $0.ask(fields())
            try $0.send(.headers(1, fields()))
        },
        H2Case(
            "RFC 9113 §5.1: CONTINUATION on a closed stream",
            .connectionError([.streamClosed, .protocolError])
        ) { client in
            _ = try client.ask(fields())
            try client.send(.continuation(1, HPACKWriter.block(fields())))
        },
        H2Case(
            "RFC 9113 §5.1: DATA that was ignored counts for the connection's window", .alive
        ) { client in
            let body = [UInt8](repeating: 0x61, count: 10_000)
            for stream in stride(from: UInt32(1), to: 100, by: 2) {
                try client.send(.headers(stream, fields("POST", never), .endHeaders))
                try client.send(.reset(stream))
                // 500 kB in all: unless they are paid back, the window is used up soon.
                try client.wire.sendData(stream, body)
            }
        },
    ]

    private static let identifiers: [H2Case] = [
        H2Case("RFC 9113 §5.1.1: an even stream id", .connectionError([.protocolError])) {
            try $0.send(.headers(2, fields()))
        },
        H2Case(
            "RFC 9113 §5.1.1: a stream id below one that was used",
            .connectionError([.protocolError, .streamClosed])
        ) { client in
            try client.send(.headers(5, fields("GET", never)), .headers(3, fields()))
        },
        H2Case(
            "RFC 9113 §5.1.2: more streams than SETTINGS_MAX_CONCURRENT_STREAMS",
            .streamError([.refusedStream, .protocolError])
        ) { client in
            let limit = client.wire.settings[.maxConcurrentStreams] ?? .max
            guard limit <= 1000 else { throw TestFault("\(limit) streams at once") }
            for _ in 0...limit { try client.request(fields("GET", never)) }
        },
        H2Case(
            "RFC 9113 §5.1.2: a stream that has ended leaves its place to another", .alive
        ) { client in
            let limit = client.wire.settings[.maxConcurrentStreams] ?? 100
            for _ in 0..<(limit * 2) { _ = try client.ask(fields()) }
        },
        H2Case(
            "RFC 9113 §5.4.1: a broken PING ends the connection",
            .connectionError([.frameSizeError])
        ) { client in
            try client.send(H2Frame(.ping, payload: [1, 2, 3, 4, 5, 6]))
        },
        H2Case(
            "RFC 9113 §5.5: an unknown frame within a block", .connectionError([.protocolError])
        ) { client in
            try client.send(
                .headers(1, fields(), .endStream),
                H2Frame(H2Frame.Kind(rawValue: 0xee), stream: 1),
                .continuation(1, HPACKWriter.block([.init("x-a", "b")])))
        },
    ]
}
