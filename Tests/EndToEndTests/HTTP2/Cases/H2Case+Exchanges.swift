import TestSupport

/// What a server must take, as plain as it comes.
extension H2Case {
    static let exchanges: [H2Case] = plain + allowed + priorities

    private static let plain: [H2Case] = [
        .answered("RFC 9113 §8.1: GET", fields()),
        .answered("RFC 9113 §8.1: HEAD", fields("HEAD")),
        H2Case("RFC 9110 §9.3.2: the answer to HEAD has no DATA but the end", .alive) { client in
            let answer = try client.ask(fields("HEAD"))
            guard answer.status == 200, answer.body.isEmpty else {
                throw TestFault("\(answer.status) with \(answer.body.count) bytes")
            }
        },
        H2Case("RFC 9113 §8.1: POST", .answered(200, on: 1)) { client in
            try client.request(fields("POST"), body: "body")
        },
        H2Case("RFC 9113 §8.1: POST with trailers", .answered(200, on: 1)) { client in
            try client.request(fields("POST"), body: "body", endStream: false)
            try client.send(.headers(1, [.init("x-trailer", "yes")]))
        },
        H2Case("RFC 9113 §6.1: DATA in many frames", .answered(200, on: 1)) { client in
            try client.send(
                .headers(1, fields("POST"), .endHeaders), .data(1, "one"), .data(1, "two"),
                .data(1, "three", .endStream))
        },
        H2Case("RFC 9113 §6.1: DATA with padding", .answered(200, on: 1)) { client in
            try client.send(
                .headers(1, fields("POST"), .endHeaders),
                .padded(1, Array("body".utf8), padding: 200, .endStream))
            let answer = try client.readResponse(1)
            guard answer.bodyText == "body" else { throw TestFault(answer.bodyText) }
        },
        H2Case("RFC 9113 §6.1: nothing but padding", .answered(200, on: 1)) { client in
            try client.send(
                .headers(1, fields("POST"), .endHeaders), .padded(1, [], padding: 255),
                .padded(1, [], padding: 0), .padded(1, [1, 2, 3], padding: 3, .endStream))
        },
        H2Case("RFC 9113 §6.2: HEADERS with padding", .answered(200, on: 1)) { client in
            let block = [10] + HPACKWriter.block(fields()) + [UInt8](repeating: 0, count: 10)
            try client.send(.headers(1, block, [.endHeaders, .endStream, .padded]))
        },
        H2Case("RFC 9113 §6.2: HEADERS with priority", .answered(200, on: 1)) { client in
            try client.send(.headers(1, dependsOn: 0, weight: 255, fields()))
        },
        H2Case("RFC 9113 §6.10: CONTINUATION", .answered(200, on: 1)) { client in
            let block = HPACKWriter.block(fields())
            try client.send(
                .headers(1, Array(block.prefix(9)), .endStream),
                .continuation(1, Array(block.dropFirst(9))))
        },
        H2Case("RFC 9113 §6.10: CONTINUATION in five frames", .answered(200, on: 1)) { client in
            let block = HPACKWriter.block(fields())
            let pieces = (1...4).map { H2Frame.continuation(1, [block[$0]], []) }
            try client.wire.send(
                [.headers(1, [block[0]], .endStream)] + pieces
                    + [.continuation(1, Array(block.dropFirst(5)))])
        },
    ]

    private static let allowed: [H2Case] = [
        H2Case("RFC 9113 §4.3: a block that is cut behind another request", .answered(200, on: 3)) {
            let late = H2Frame.headers(3, fields("GET", "/late", ("x-a", "b"))).bytes
            // Nothing of the client's own may come between the pieces.
            $0.wire.isUpdatingWindows = false
            try $0.send(bytes: H2Frame.headers(1, fields()).bytes + late.prefix(40))
            guard try $0.readResponse(1).status == 200 else { throw TestFault("not 200") }
            try $0.send(bytes: Array(late.dropFirst(40)))
        },
        H2Case("RFC 9113 §5.1.1: stream ids may have gaps", .answered(200, on: 101)) { client in
            try client.send(.headers(101, fields()))
        },
        H2Case("RFC 9113 §5.1.1: the last stream id of all", .answered(200, on: 0x7fff_ffff)) {
            try $0.send(.headers(0x7fff_ffff, fields()))
        },
        H2Case("RFC 9113 §5: a hundred streams at once", .answered(200, on: 199)) { client in
            for _ in 0..<100 { try client.request(fields()) }
            for stream in stride(from: UInt32(1), to: 200, by: 2) {
                guard try client.readResponse(stream).bodyText == "hello" else {
                    throw TestFault("stream \(stream)")
                }
            }
        },
        H2Case("RFC 9113 §6.4: RST_STREAM for a request under way", .alive) { client in
            try client.send(.headers(1, fields("GET", never)), .reset(1))
        },
        H2Case("RFC 9113 §7: RST_STREAM with an unknown code", .alive) { client in
            try client.send(
                .headers(1, fields("GET", never)), .reset(1, H2Code(rawValue: 0xff)))
        },
        H2Case("RFC 9113 §6.8: GOAWAY leaves requests their answers", .checked) { client in
            try client.send(.headers(1, fields()), .goAway())
            guard try client.readResponse(1).status == 200 else { throw TestFault("not 200") }
        },
        H2Case("RFC 9113 §5.1: WINDOW_UPDATE on a half-closed stream", .alive) { client in
            try client.send(.headers(1, fields("GET", never)), .windowUpdate(1, 100))
        },
        H2Case("RFC 9113 §5.1: WINDOW_UPDATE and RST_STREAM on a closed stream", .alive) {
            client in
            _ = try client.ask(fields())
            try client.send(.windowUpdate(1, 100), .reset(1))
        },
        H2Case("RFC 9113 §5.5: unknown frames are ignored", .answered(200, on: 1)) { client in
            let unknown = H2Frame.Kind(rawValue: 0xee)
            try client.send(
                H2Frame(unknown, payload: [1, 2, 3]), H2Frame(unknown, stream: 1),
                .headers(1, fields()), H2Frame(unknown, [.endStream], stream: 1))
        },
        H2Case("RFC 9113 §5.5: an unknown frame between HEADERS and DATA", .answered(200, on: 1)) {
            try $0.send(
                .headers(1, fields("POST"), .endHeaders),
                H2Frame(H2Frame.Kind(rawValue: 0xee), stream: 1), .data(1, "x", .endStream))
        },
    ]

    private static let priorities: [H2Case] = [
        H2Case("RFC 9113 §6.3: PRIORITY on an idle stream", .answered(200, on: 1)) { client in
            try client.send(.priority(3), .headers(1, fields()))
        },
        H2Case("RFC 9113 §6.3: PRIORITY of any weight, exclusive", .answered(200, on: 1)) {
            try $0.send(
                .priority(1, weight: 0), .priority(1, weight: 255),
                .priority(1, dependsOn: 0x8000_0000), .priority(5, dependsOn: 3),
                .headers(1, fields()))
        },
        H2Case("RFC 9113 §6.3: PRIORITY on half-closed and closed streams", .alive) { client in
            try client.send(.headers(1, fields("GET", never)), .priority(1))
            try client.send(.reset(1), .priority(1))
            client.nextStream = 3
            _ = try client.ask(fields())
            try client.send(.priority(3))
        },
    ]
}
