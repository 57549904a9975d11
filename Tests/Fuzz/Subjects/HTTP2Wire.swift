/// Bytes of a fuzzer as bytes of HTTP/2, and as orders to the side that reads them.
struct HTTP2Wire {
    /// What the first byte chooses.
    let isServer: Bool
    let bytes: [UInt8]
    /// What our side does in between, a byte each.
    let orders: [UInt8]

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    private static let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]

    init?(_ input: [UInt8]) {
        guard input.count >= 2 else { return nil }
        let choice = input[0]
        isServer = choice & 1 == 0
        let orderCount = min(Int(input[1] & 0x1f), input.count - 2)
        orders = Array(input[2..<2 + orderCount])
        let rest = input[(2 + orderCount)...]
        var bytes = isServer && choice & 2 == 0 ? Self.preface : []
        if choice & 4 == 0 { bytes += Self.settings }
        bytes += choice & 8 == 0 ? Self.frames(rest) : Array(rest)
        self.bytes = bytes
    }

    /// Frames whose length is right: type, flags, stream and length, a byte each, and payload.
    private static func frames(_ input: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = input
        while rest.count >= 4 {
            let start = rest.startIndex
            let payload = rest[(start + 4)...].prefix(Int(rest[start + 3]))
            bytes += [0, 0, UInt8(payload.count), rest[start], rest[start + 1], 0, 0, 0]
            bytes.append(rest[start + 2])
            bytes += payload
            rest = rest[payload.endIndex...]
        }
        return bytes
    }
}
