import TestSupport

/// RFC 9113 §6.5, §6.7, §6.8 and §7: the frames that belong to the connection.
extension H2Case {
    static let connectionFrames: [H2Case] = settings + values + pingsAndGoAway

    private static let settings: [H2Case] = [
        H2Case("RFC 9113 §6.5: an acknowledgement of nothing", .errorOrNothing([.protocolError])) {
            client in
            // The gateway's own SETTINGS are acknowledged already: none is under way.
            try client.send(.settingsAcknowledged)
        },
        H2Case(
            "RFC 9113 §6.5: an acknowledgement with a payload",
            .connectionError([.frameSizeError])
        ) { client in
            try client.send(
                H2Frame(
                    .settings, .acknowledge,
                    payload: H2Frame.settings(.maxFrameSize(1 << 14)).payload))
        },
        H2Case("RFC 9113 §6.5: SETTINGS on a stream", .connectionError([.protocolError])) {
            try $0.send(H2Frame(.settings, stream: 1))
        },
        H2Case(
            "RFC 9113 §6.5: a length that 6 does not divide", .connectionError([.frameSizeError])
        ) { client in
            try client.send(H2Frame(.settings, payload: [0, 3, 0, 0]))
        },
        H2Case("RFC 9113 §6.5.3: SETTINGS are acknowledged, each", .alive) { client in
            for count in 2...5 {
                try client.send(.settings(.maxHeaderListSize(1 << 20)))
                try client.waitUntil("acknowledged") { client.settingsAcknowledged == count }
            }
        },
        H2Case("RFC 9113 §6.5.3: values take effect in their order", .alive) { client in
            client.wire.isUpdatingWindows = false
            try client.send(
                .settings(.initialWindowSize(100), .initialWindowSize(1)), .headers(1, fields()))
            try client.waitUntil("one byte") { client.messages[1]?.body.count == 1 }
            try client.pingTwice()
            guard client.messages[1]?.body.count == 1 else { throw TestFault("more than 1") }
        },
    ]

    private static let values: [H2Case] = [
        H2Case("RFC 9113 §6.5.2: ENABLE_PUSH of 2", .connectionError([.protocolError])) {
            try $0.send(.settings(.enablePush(2)))
        },
        H2Case(
            "RFC 9113 §6.5.2: INITIAL_WINDOW_SIZE of 2^31", .connectionError([.flowControlError])
        ) { client in
            try client.send(.settings(.initialWindowSize(1 << 31)))
        },
        H2Case(
            "RFC 9113 §6.5.2: MAX_FRAME_SIZE of 2^14-1", .connectionError([.protocolError])
        ) { client in
            try client.send(.settings(.maxFrameSize((1 << 14) - 1)))
        },
        H2Case("RFC 9113 §6.5.2: MAX_FRAME_SIZE of 2^24", .connectionError([.protocolError])) {
            try $0.send(.settings(.maxFrameSize(1 << 24)))
        },
        H2Case("RFC 9113 §6.5.2: unknown parameters are ignored", .answered(200, on: 1)) {
            try $0.send(
                .settings(.init(.init(rawValue: 0xff), 1), .init(.init(rawValue: 0x3e7), 7)),
                .headers(1, fields()))
        },
        H2Case("RFC 9113 §6.5.2: limits of 0 are allowed", .answered(200, on: 1)) { client in
            try client.send(
                .settings(.headerTableSize(0), .maxConcurrentStreams(0)), .headers(1, fields()))
        },
        H2Case("RFC 9113 §6.5.2: the largest values are allowed", .answered(200, on: 1)) {
            try $0.send(
                .settings(
                    .headerTableSize(.max), .maxConcurrentStreams(.max),
                    .initialWindowSize(H2Wire.windowMax), .maxFrameSize((1 << 24) - 1),
                    .maxHeaderListSize(.max)),
                .headers(1, fields()))
        },
        H2Case(
            "RFC 8441 §3: ENABLE_CONNECT_PROTOCOL of 2", .errorOrNothing([.protocolError])
        ) { client in
            try client.send(.settings(.init(.enableConnectProtocol, 2)))
        },
        H2Case("RFC 9113 §6.5.2: DATA keeps to the client's MAX_FRAME_SIZE", .alive) { client in
            let answer = try client.ask(fields("GET", large))
            guard answer.body.count == 1 << 20, client.wire.payloadMax <= 1 << 14 else {
                throw TestFault("\(answer.body.count) in frames of \(client.wire.payloadMax)")
            }
        },
    ]

    private static let pingsAndGoAway: [H2Case] = [
        H2Case("RFC 9113 §6.7: PING is answered with its bytes", .alive) { client in
            let payload: [UInt8] = [0, 255, 1, 254, 2, 253, 3, 252]
            try client.send(.ping(payload))
            try client.waitUntil("answered") { client.pingsAnswered == [payload] }
        },
        H2Case("RFC 9113 §6.7: an answer to no PING is not answered", .alive) { client in
            let payload = Array("unwanted".utf8)
            try client.send(.ping(payload, .acknowledge))
            try client.pingTwice()
            if client.pingsAnswered.contains(payload) { throw TestFault("answered") }
        },
        H2Case("RFC 9113 §6.7: PING on a stream", .connectionError([.protocolError])) { client in
            try client.send(H2Frame(.ping, stream: 1, payload: [UInt8](repeating: 0, count: 8)))
        },
        H2Case(
            "RFC 9113 §6.7: PING that is shorter than 8 bytes",
            .connectionError([.frameSizeError])
        ) { client in
            try client.send(H2Frame(.ping, payload: [UInt8](repeating: 0, count: 7)))
        },
        H2Case(
            "RFC 9113 §6.7: PING that is longer than 8 bytes", .connectionError([.frameSizeError])
        ) { client in
            try client.send(H2Frame(.ping, payload: [UInt8](repeating: 0, count: 9)))
        },
        H2Case("RFC 9113 §6.8: GOAWAY on a stream", .connectionError([.protocolError])) { client in
            try client.send(
                H2Frame(.goAway, stream: 1, payload: [UInt8](repeating: 0, count: 8)))
        },
        H2Case(
            "RFC 9113 §6.8: GOAWAY that is shorter than 8 bytes",
            .connectionError([.frameSizeError])
        ) { client in
            try client.send(H2Frame(.goAway, payload: [0, 0, 0, 0]))
        },
        H2Case("RFC 9113 §7: GOAWAY with an unknown code is no error", .checked) { client in
            try client.send(.headers(1, fields()), .goAway(last: 0, H2Code(rawValue: 0xff)))
            guard try client.readResponse(1).status == 200 else { throw TestFault("not 200") }
        },
    ]
}
