import TestSupport

/// What no upstream may say of a stream, or of its connection (RFC 9113).
struct BadFrames: Sendable {
    /// The path of the request that is answered so.
    var path: String
    var frames: @Sendable (UInt32) -> [H2Frame]

    /// The stream is reset for it.
    var isReset: Bool

    init(
        _ path: String, isReset: Bool = true,
        _ frames: @escaping @Sendable (UInt32) -> [H2Frame]
    ) {
        self.path = path
        self.isReset = isReset
        self.frames = frames
    }

    /// A response whose only head has those fields.
    private static func head(_ path: String, _ fields: (String, String)...) -> BadFrames {
        let lines = fields.map { FieldLine($0.0, $0.1) }
        return BadFrames(path) {
            [.headers($0, lines, .endHeaders), .data($0, "body", .endStream)]
        }
    }

    /// Malformed responses (§8.1.1): errors of their streams.
    static let responses = [
        head("/upper-case", (":status", "200"), ("X-A", "b")),
        head("/connection", (":status", "200"), ("connection", "close")),
        head("/transfer-encoding", (":status", "200"), ("transfer-encoding", "chunked")),
        head("/no-status", ("x-a", "b")),
        head("/two-status", (":status", "200"), (":status", "404")),
        head("/short-status", (":status", "20")),
        head("/word-status", (":status", "two")),
        head("/status-101", (":status", "101")),
        head("/late-pseudo", ("x-a", "b"), (":status", "200")),
        head("/unknown-pseudo", (":status", "200"), (":x-a", "b")),
        head("/request-pseudo", (":status", "200"), (":path", "/")),
        head("/line-feed", (":status", "200"), ("x-a", "b\r\nx-c: d")),
        head("/nul", (":status", "200"), ("x-a", "b\0")),
        head("/empty-name", (":status", "200"), ("", "b")),
        head("/space-name", (":status", "200"), ("x a", "b")),
        head("/colon-name", (":status", "200"), ("x-a:", "b")),
        // Both sides have said all with it: there is no stream any more that could be reset.
        BadFrames("/interim-end", isReset: false) {
            [.headers($0, [.init(":status", "103")], .whole)]
        },
    ]

    /// Errors of the connection (§5.1, §6).
    static let connections = [
        BadFrames("/data-first") { [.data($0, "body", .endStream)] },
        BadFrames("/data-on-0") { _ in [.data(0, "body")] },
        BadFrames("/headers-on-0") { _ in [.headers(0, [.init(":status", "200")])] },
        BadFrames("/even-stream") { _ in [.headers(2, [.init(":status", "200")])] },
        BadFrames("/idle-stream") { [.headers($0 + 20, [.init(":status", "200")])] },
        BadFrames("/idle-reset") { [.reset($0 + 20, .cancel)] },
        BadFrames("/push") {
            [.pushPromise($0, promises: 2, pseudo("GET", path: "/pushed"))]
        },
        BadFrames("/bad-window") { _ in [.settings(.initialWindowSize(1 << 31))] },
        BadFrames("/bad-frame-size") { _ in [.settings(.maxFrameSize(100))] },
        BadFrames("/window-overflow") { _ in [.windowUpdate(0, H2Wire.windowMax)] },
        BadFrames("/window-0") { _ in [.windowUpdate(0, 0)] },
        BadFrames("/bad-block") { [.headers($0, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])] },
        BadFrames("/large-frame") { [.data($0, [UInt8](repeating: 0, count: 20000))] },
        BadFrames("/lone-continuation") { [.continuation($0, [0x88])] },
        BadFrames("/short-ping") { _ in [.ping([1, 2, 3])] },
        BadFrames("/settings-on-1") { [H2Frame(.settings, stream: $0)] },
        BadFrames("/lying-padding") { [.padded($0, [1, 2], padding: 0, says: 200)] },
    ]
}
