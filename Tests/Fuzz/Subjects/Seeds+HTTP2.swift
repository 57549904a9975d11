extension Seeds {
    /// The side's choice, our side's orders, and frames: type, flags, stream, length, payload.
    static let http2: [[UInt8]] = {
        func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
            [type, flags, stream, UInt8(payload.count)] + payload
        }
        // GET, https, / and an authority; literals without indexing behind it.
        let get: [UInt8] = [0x82, 0x87, 0x84, 0x41, 6] + "a.test".utf8
        let post: [UInt8] = [0x83, 0x86, 0x84, 0x41, 6] + "a.test".utf8
        let field: [UInt8] = [0, 3] + "x-a".utf8 + [1] + "b".utf8
        let okay: [UInt8] = [0x88] + field
        let orders: [UInt8] = [4, 7, 9, 12, 0]
        let settings: [UInt8] = [0, 4, 0, 0, 0, 100]
        let ping = [UInt8](repeating: 1, count: 8)
        return [
            [0] + orders + frame(1, 5, 1, get) + frame(1, 4, 3, post) + frame(0, 1, 3, [1, 2, 3]),
            [0, 3, 8, 16, 32] + frame(1, 0, 1, post) + frame(9, 4, 1, field)
                + frame(0, 8, 1, [1, 65, 0]) + frame(1, 5, 1, field),
            [0, 0] + frame(4, 0, 0, settings) + frame(6, 0, 0, ping) + frame(8, 0, 0, [0, 0, 1, 0])
                + frame(2, 0, 1, [0, 0, 0, 0, 5]) + frame(3, 0, 1, [0, 0, 0, 8])
                + frame(7, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
            [1, 2, 0, 6] + frame(1, 4, 1, okay) + frame(0, 1, 1, [1, 2]) + frame(1, 5, 3, okay)
                + frame(5, 4, 1, [0, 0, 0, 2] + get),
            [1, 1, 13] + frame(1, 4, 1, [0x08, 3] + "103".utf8) + frame(1, 4, 1, okay)
                + frame(0, 0, 1, [1]) + frame(1, 5, 1, field) + frame(4, 1, 0, []),
            [8, 0, 0, 0, 4, 1, 5, 0, 0, 0, 1] + get.prefix(4),
            [14, 0] + Array("GET / HTTP/1.1\r\n\r\n".utf8),
        ]
    }()
}
