import TestSupport

/// RFC 9113 §6.9: flow control, theirs and ours.
extension H2Case {
    static let windows: [H2Case] = updates + overflows + changes + ours

    private static let updates: [H2Case] = [
        H2Case(
            "RFC 9113 §6.9: WINDOW_UPDATE of 0 on the connection",
            .connectionError([.protocolError])
        ) { client in
            try client.send(.windowUpdate(0, 0))
        },
        H2Case("RFC 9113 §6.9: WINDOW_UPDATE of 0 on a stream", .streamError([.protocolError])) {
            try $0.send(.headers(1, fields("GET", never)), .windowUpdate(1, 0))
        },
        H2Case(
            "RFC 9113 §6.9: WINDOW_UPDATE that is shorter than 4 bytes",
            .connectionError([.frameSizeError])
        ) { client in
            try client.send(H2Frame(.windowUpdate, payload: [0, 0, 1]))
        },
        H2Case(
            "RFC 9113 §6.9: WINDOW_UPDATE that is longer than 4 bytes",
            .connectionError([.frameSizeError])
        ) { client in
            try client.send(H2Frame(.windowUpdate, payload: [0, 0, 0, 1, 0]))
        },
        H2Case("RFC 9113 §6.9: the reserved bit of an increment is ignored", .alive) { client in
            try client.send(.windowUpdate(0, 0x8000_0001))
        },
        H2Case("RFC 9113 §6.9.1: a window of 1 is kept to", .alive) { client in
            client.wire.isUpdatingWindows = false
            try client.send(.settings(.initialWindowSize(1)), .headers(1, fields()))
            try waitForBody(client, 1)
        },
    ]

    private static let overflows: [H2Case] = [
        H2Case(
            "RFC 9113 §6.9.1: a window past 2^31-1 ends the connection with FLOW_CONTROL_ERROR",
            .connectionError([.flowControlError])
        ) { client in
            try client.send(
                .windowUpdate(0, H2Wire.windowMax), .windowUpdate(0, H2Wire.windowMax))
        },
        H2Case(
            "RFC 9113 §6.9.1: a stream's window past 2^31-1", .streamError([.flowControlError])
        ) { client in
            try client.send(
                .headers(1, fields("GET", never)), .windowUpdate(1, H2Wire.windowMax))
        },
        H2Case("RFC 9113 §6.9.1: a window of just 2^31-1", .answered(200, on: 1)) { client in
            try client.send(
                .headers(1, fields("POST"), .endHeaders),
                .windowUpdate(0, H2Wire.windowMax - 65535),
                .windowUpdate(1, H2Wire.windowMax - 65535), .data(1, "x", .endStream))
        },
        H2Case(
            // The rule speaks of the connection; nghttp2 ends the streams whose windows they are.
            "RFC 9113 §6.9.2: SETTINGS that lift a stream's window past 2^31-1",
            .streamError([.flowControlError])
        ) { client in
            try client.send(
                .headers(1, fields("GET", never)), .windowUpdate(1, 1000),
                .settings(.initialWindowSize(H2Wire.windowMax)))
        },
    ]

    private static let changes: [H2Case] = [
        H2Case("RFC 9113 §6.9.2: SETTINGS change the windows of open streams", .alive) { client in
            client.wire.isUpdatingWindows = false
            try client.send(.settings(.initialWindowSize(0)), .headers(1, fields()))
            try client.waitUntil("the head") { client.messages[1]?.status == 200 }
            try waitForBody(client, 0)
            try client.send(.settings(.initialWindowSize(1)))
            try waitForBody(client, 1)
        },
        H2Case("RFC 9113 §6.9.2: a window may be negative", .alive) { client in
            client.wire.isUpdatingWindows = false
            try client.send(.settings(.initialWindowSize(3)), .headers(1, fields()))
            try waitForBody(client, 3)
            try client.send(.settings(.initialWindowSize(2)))
            try waitForBody(client, 3)
            try client.send(.windowUpdate(1, 1))
            try waitForBody(client, 3)
            try client.send(.windowUpdate(1, 1))
            try waitForBody(client, 4)
        },
        H2Case("RFC 9113 §6.9.1: the connection's window is kept to", .alive) { client in
            client.wire.isUpdatingWindows = false
            try client.send(
                .settings(.initialWindowSize(1 << 20)), .headers(1, fields("GET", large)))
            try waitForBody(client, 65535)
            try client.send(.windowUpdate(0, 1 << 20))
            guard try client.readResponse(1).body.count == 1 << 20 else {
                throw TestFault("\(client.messages[1]?.body.count ?? 0) bytes")
            }
        },
    ]

    private static let ours: [H2Case] = [
        H2Case(
            "RFC 9113 §6.9.1: DATA past the gateway's window of a stream",
            .streamError([.flowControlError])
        ) { client in
            try client.send(.headers(1, fields("POST", never), .endHeaders))
            let room = client.wire.window(of: 1)
            guard room < 32 << 20 else { throw TestFault("a window of \(room)") }
            // What it pays back meanwhile is not waited for, and so used up as well.
            let piece = [UInt8](repeating: 0x61, count: 1 << 14)
            for _ in 0...(room / piece.count + 4096) where client.ending == nil {
                try client.send(.data(1, piece))
            }
        },
        H2Case("RFC 9113 §6.9: windows are paid back for a large body", .alive) { client in
            let answer = try client.ask(
                fields("POST"), body: String(repeating: "a", count: 1 << 20))
            guard answer.body.count == 1 << 20 else { throw TestFault("\(answer.body.count)") }
        },
        H2Case("RFC 9113 §6.9.1: padding counts for the windows", .alive) { client in
            try client.send(.headers(1, fields("POST"), .endHeaders))
            var sent = 0
            for _ in 0..<2000 {
                let frame = H2Frame.padded(1, Array("x".utf8), padding: 255)
                sent += frame.payload.count
                try client.waitUntil("room") {
                    min(client.wire.window(of: 1), client.wire.connectionWindow) > sent
                }
                try client.send(frame)
            }
            try client.send(.data(1, "", .endStream))
            guard try client.readResponse(1).body.count == 2000 else { throw TestFault("size") }
        },
    ]

    /// Waits for so many bytes on stream 1, and sees that no more come.
    private static func waitForBody(_ client: H2Client, _ count: Int) throws {
        try client.waitUntil("\(count) bytes") { client.messages[1]?.body.count ?? 0 >= count }
        try client.pingTwice()
        let seen = client.messages[1]?.body.count ?? 0
        guard seen == count else { throw TestFault("\(seen) bytes, not \(count)") }
    }
}
