import TestSupport
import Testing

/// One way to make a server work for nothing (CVE numbers are of its best known name).
struct H2Flood: Sendable, CustomTestStringConvertible {
    let name: String
    /// The reasons of which one must be counted.
    let reasons: [String]
    /// The codes of which the GOAWAY may have one, if one comes before the end.
    let codes: [H2Code]
    /// What the client says in its first SETTINGS.
    let settings: [H2Setting.Value]
    /// Sends all of it, reading nothing; the end of the connection may cut it short.
    let act: @Sendable (H2Client) throws -> Void

    init(
        _ name: String, _ reasons: String..., codes: [H2Code] = [.enhanceYourCalm, .protocolError],
        settings: [H2Setting.Value] = [], act: @escaping @Sendable (H2Client) throws -> Void
    ) {
        self.name = name
        self.reasons = reasons
        self.codes = codes
        self.settings = settings
        self.act = act
    }

    var testDescription: String { name }

    /// How many times a frame is sent, where every single one would be allowed.
    private static let count = 20_000
    private static let batch = 100

    static let all = resets + provokedResets + blocks + frames

    /// Sends what `frames` gives for each stream id, a hundred streams in one write.
    private static func send(
        _ client: H2Client, streams: Int = 10_000, _ frames: (UInt32) -> [H2Frame]
    ) throws {
        for start in stride(from: 0, to: streams, by: batch) {
            try client.wire.send(
                (start..<start + batch).flatMap { frames(UInt32($0 * 2 + 1)) })
        }
    }

    /// Sends what `frames` gives for each stream id, and waits for the resets of fifty before the
    /// next fifty: at no time are there more streams than allowed.
    private static func provoke(
        _ client: H2Client, streams: Int = 10_000, _ frames: (UInt32) -> [H2Frame]
    ) throws {
        for start in stride(from: 0, to: streams, by: 50) where client.ending == nil {
            try client.wire.send((start..<start + 50).flatMap { frames(UInt32($0 * 2 + 1)) })
            let last = UInt32(start + 49) * 2 + 1
            try client.waitUntil("stream \(last) is reset or the connection ends") {
                client.messages[last]?.code != nil || client.error != nil || client.ending != nil
            }
        }
    }

    /// Sends one frame again and again.
    private static func `repeat`(
        _ client: H2Client, _ frame: H2Frame, count: Int = count
    ) throws {
        let bytes = [[UInt8]](repeating: frame.bytes, count: batch).flatMap(\.self)
        for _ in 0..<(count / batch) { try client.send(bytes: bytes) }
    }

    private static let resets: [H2Flood] = [
        H2Flood("rapid reset, CVE-2023-44487", "h2_flood_reset") { client in
            try send(client) { [.headers($0, fields()), .reset($0)] }
        },
        H2Flood("rapid reset of bodies", "h2_flood_reset") { client in
            try send(client) {
                [.headers($0, fields("POST", never), .endHeaders), .data($0, "x"), .reset($0)]
            }
        },
    ]

    /// CVE-2025-8671: the client keeps to the letter and lets the server do the resetting.
    private static let provokedResets: [H2Flood] = [
        H2Flood(
            "provoked resets by windows past 2^31-1", "h2_flood_provoked_reset",
            codes: [.enhanceYourCalm, .protocolError, .flowControlError]
        ) { client in
            try provoke(client) {
                [.headers($0, fields("GET", never)), .windowUpdate($0, H2Wire.windowMax)]
            }
        },
        H2Flood("provoked resets by malformed requests", "h2_flood_provoked_reset") { client in
            try provoke(client) { [.headers($0, pseudo(path: nil))] }
        },
        H2Flood("provoked resets by bodies of a wrong length", "h2_flood_provoked_reset") {
            client in
            let head = fields("POST", never, ("content-length", "1"))
            try provoke(client) {
                [.headers($0, head, .endHeaders), .data($0, "four", .endStream)]
            }
        },
        H2Flood(
            "provoked resets by streams past the limit", "h2_flood_provoked_reset",
            "h2_stream_limit", "h2_protocol_error"
        ) { client in
            try send(client) { [.headers($0, fields("GET", never))] }
        },
        H2Flood(
            "provoked resets by WINDOW_UPDATE of 0", "h2_flood_provoked_reset",
            "h2_protocol_error"
        ) { client in
            try provoke(client) { [.headers($0, fields("GET", never)), .windowUpdate($0, 0)] }
        },
        H2Flood(
            "provoked resets by DATA behind the end", "h2_flood_provoked_reset",
            "h2_stream_closed", codes: [.enhanceYourCalm, .protocolError, .streamClosed]
        ) { client in
            try provoke(client) {
                [.headers($0, fields("GET", never)), .data($0, "x", .endStream)]
            }
        },
        H2Flood(
            "provoked resets by PRIORITY of a wrong length", "h2_flood_provoked_reset",
            "h2_frame_size_error", codes: [.enhanceYourCalm, .protocolError, .frameSizeError]
        ) { client in
            try provoke(client) {
                [
                    .headers($0, fields("GET", never)),
                    H2Frame(.priority, stream: $0, payload: [0, 0, 0, 0]),
                ]
            }
        },
    ]

    private static let blocks: [H2Flood] = [
        H2Flood("CONTINUATION of a field each, CVE-2024-28182", "h2_flood_continuation") {
            try $0.send(.headers(1, fields(), .endStream))
            try Self.repeat(
                $0, .continuation(1, HPACKWriter.block([.init("x-a", "b")]), []))
        },
        H2Flood("CONTINUATION of nothing", "h2_flood_continuation") { client in
            try client.send(.headers(1, fields(), .endStream))
            try Self.repeat(client, .continuation(1, [], []))
        },
        H2Flood("CONTINUATION of 16 KiB each", "h2_flood_continuation", "head_too_large") {
            let long = String(repeating: "a", count: 16_000)
            try $0.send(.headers(1, fields(), .endStream))
            try Self.repeat(
                $0, .continuation(1, HPACKWriter.block([.init("x-a", long)]), []), count: 5000)
        },
    ]

    private static let frames: [H2Flood] = [
        H2Flood("SETTINGS, CVE-2019-9515", "h2_flood_settings") { client in
            try Self.repeat(client, .settings())
        },
        H2Flood("one SETTINGS of 2000 values", "h2_flood_settings") { client in
            try client.send(
                .settings([H2Setting.Value](repeating: .maxHeaderListSize(1), count: 2000)))
        },
        H2Flood("PING, CVE-2019-9512", "h2_flood_ping") { try Self.repeat($0, .ping()) },
        H2Flood("answers to no PING", "h2_flood_ping") { client in
            try Self.repeat(client, .ping([UInt8](repeating: 0, count: 8), .acknowledge))
        },
        H2Flood("empty DATA, CVE-2019-9518", "h2_flood_empty_data") { client in
            try client.send(.headers(1, fields("POST", never), .endHeaders))
            try Self.repeat(client, .data(1, ""))
        },
        H2Flood("DATA of nothing but padding", "h2_flood_empty_data") { client in
            try client.send(.headers(1, fields("POST", never), .endHeaders))
            try Self.repeat(client, .padded(1, [], padding: 0))
        },
        H2Flood("WINDOW_UPDATE of the connection", "h2_flood_window_update") { client in
            try Self.repeat(client, .windowUpdate(0, 1))
        },
        H2Flood("WINDOW_UPDATE of a stream", "h2_flood_window_update") { client in
            try client.send(.headers(1, fields("GET", never)))
            try Self.repeat(client, .windowUpdate(1, 1))
        },
        H2Flood("PRIORITY of one stream, CVE-2019-9513", "h2_flood_priority") { client in
            try Self.repeat(client, .priority(1, dependsOn: 3))
        },
        H2Flood("PRIORITY of idle streams", "h2_flood_priority") { client in
            try send(client, streams: count) { [.priority($0, dependsOn: $0 + 2)] }
        },
    ]
}
