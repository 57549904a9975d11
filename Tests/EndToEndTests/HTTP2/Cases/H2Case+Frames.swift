import TestSupport

/// RFC 9113 §3.4 and §4: the preface, frames of any type, header blocks.
extension H2Case {
    static let frames: [H2Case] = prefaces + formats + sizes + blocks

    private static let prefaces: [H2Case] = [
        H2Case("RFC 9113 §3.4: SETTINGS answer a good preface", .alive, isStarted: false) {
            try $0.start()
        },
        H2Case(
            "RFC 9113 §3.4: a preface that is wrong at its end",
            .connectionError([.protocolError]), isStarted: false
        ) { client in
            var preface = H2Wire.preface
            preface[preface.count - 5] = UInt8(ascii: "X")
            try client.send(bytes: preface + H2Frame.settings().bytes)
        },
        H2Case(
            "RFC 9113 §3.4: a first frame that is not SETTINGS",
            .connectionError([.protocolError]), isStarted: false
        ) { client in
            try client.send(bytes: H2Wire.preface + H2Frame.ping().bytes)
        },
        H2Case(
            "RFC 9113 §3.4: a first frame that acknowledges SETTINGS",
            .connectionError([.protocolError]), isStarted: false
        ) { client in
            try client.send(bytes: H2Wire.preface + H2Frame.settingsAcknowledged.bytes)
        },
        H2Case(
            "RFC 9113 §3.4: a request before SETTINGS", .connectionError([.protocolError]),
            isStarted: false
        ) { client in
            try client.send(bytes: H2Wire.preface + H2Frame.headers(1, fields()).bytes)
        },
        H2Case(
            "RFC 9113 §3.4: a request right behind SETTINGS", .answered(200, on: 1),
            isStarted: false
        ) { client in
            let frames: [H2Frame] = [.settings(), .headers(1, fields())]
            try client.send(bytes: H2Wire.preface + frames.flatMap(\.bytes))
        },
        H2Case(
            "RFC 9113 §3.4: the preface byte by byte", .answered(200, on: 1), isStarted: false
        ) { client in
            let frames: [H2Frame] = [.settings(), .headers(1, fields())]
            for byte in H2Wire.preface + frames.flatMap(\.bytes) {
                try client.send(bytes: [byte])
            }
        },
        H2Case(
            "RFC 9113 §3.4: a second preface", .connectionError([.protocolError, .frameSizeError])
        ) { client in
            try client.send(bytes: H2Wire.preface)
        },
    ]

    private static let formats: [H2Case] = [
        H2Case("RFC 9113 §4.1: undefined flags are ignored", .answered(200, on: 1)) { client in
            let odd = H2Frame.Flags(rawValue: 0xd2)
            try client.send(
                .ping([0, 1, 2, 3, 4, 5, 6, 7], odd),
                .headers(1, fields(), H2Frame.Flags.whole.union(odd)))
        },
        H2Case("RFC 9113 §4.1: the reserved bit is ignored", .answered(200, on: 1)) { client in
            try client.send(
                H2Frame(
                    .ping, stream: 0x8000_0000, payload: [UInt8](repeating: 1, count: 8)),
                H2Frame(
                    .headers, .whole, stream: 0x8000_0001,
                    payload: HPACKWriter.block(fields())))
        },
    ]

    private static func full(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x61, count: count) }

    private static let sizes: [H2Case] = [
        H2Case("RFC 9113 §4.2: DATA of 2^14 bytes", .answered(200, on: 1)) { client in
            try client.send(
                .headers(1, fields("POST"), .endHeaders), .data(1, full(1 << 14), .endStream))
        },
        H2Case(
            "RFC 9113 §4.2: DATA larger than SETTINGS_MAX_FRAME_SIZE",
            .streamError([.frameSizeError])
        ) { client in
            try client.send(
                .headers(1, fields("POST"), .endHeaders), .data(1, full(1 << 14 + 1), .endStream))
        },
        H2Case(
            "RFC 9113 §4.2: HEADERS larger than SETTINGS_MAX_FRAME_SIZE",
            .connectionError([.frameSizeError])
        ) { client in
            let long = String(repeating: "a", count: 16 << 10)
            try client.send(.headers(1, fields("GET", "/", ("x-long", long))))
        },
        H2Case(
            "RFC 9113 §4.2: SETTINGS larger than SETTINGS_MAX_FRAME_SIZE",
            .connectionError([.frameSizeError])
        ) { client in
            let many = [H2Setting.Value](repeating: .maxHeaderListSize(1 << 20), count: 2731)
            try client.send(.settings(many))
        },
        H2Case(
            "RFC 9113 §4.2: an unknown frame larger than SETTINGS_MAX_FRAME_SIZE",
            .connectionError([.frameSizeError])
        ) { client in
            let unknown = H2Frame.Kind(rawValue: 0xee)
            try client.send(bytes: H2Frame.head(H2Frame.payloadMax, unknown) + full(1 << 14))
        },
        H2Case(
            "RFC 9113 §4.2: HEADERS too short for their priority",
            .connectionError([.frameSizeError, .protocolError])
        ) { client in
            try client.send(.headers(1, [0, 0, 0], [.endHeaders, .endStream, .priority]))
        },
    ]

    private static let blocks: [H2Case] = [
        H2Case(
            "RFC 9113 §4.3: a block that does not decode", .connectionError([.compressionError])
        ) { client in
            try client.send(.headers(1, [0x00, 0xff, 0xff, 0xff, 0xff, 0xff]))
        },
        H2Case(
            "RFC 9113 §4.3: a block that ends within a field",
            .connectionError([.compressionError])
        ) { client in
            try client.send(.headers(1, Array(HPACKWriter.block(fields()).dropLast(2))))
        },
        H2Case(
            "RFC 9113 §4.3: trailers that do not decode", .connectionError([.compressionError])
        ) { client in
            try client.send(.headers(1, fields("POST"), .endHeaders), .headers(1, [0xff, 0xff]))
        },
        H2Case(
            "RFC 9113 §4.3: PRIORITY within a block", .connectionError([.protocolError])
        ) { client in
            try client.send(.headers(1, fields(), .endStream), .priority(1))
        },
        H2Case(
            "RFC 9113 §4.3: HEADERS of another stream within a block",
            .connectionError([.protocolError])
        ) { client in
            try client.send(.headers(1, fields(), .endStream), .headers(3, fields()))
        },
        H2Case(
            "RFC 9113 §4.3: PING within a block", .connectionError([.protocolError])
        ) { client in
            try client.send(.headers(1, fields(), .endStream), .ping())
        },
        H2Case(
            "RFC 9113 §4.3: a block of a reset stream still counts for the table",
            .answered(200, on: 3)
        ) { client in
            let first = HPACKWriter.block {
                for field in fields("GET", never) {
                    $0.literal(field.name, field.value, .incremental)
                }
            }
            // 62 is the newest: the authority; the path is left out and said anew.
            let second = HPACKWriter.block {
                for index in [65, 64, 62] { $0.indexed(index) }
                $0.literal(":path", "/")
            }
            try client.send(.headers(1, first), .reset(1), .headers(3, second))
        },
    ]
}
