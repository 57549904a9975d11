import Bytes
import Reactor
import Testing

@testable import DataPlane

struct AddressTextTests {
    @Test(arguments: [
        ([127, 0, 0, 1], "127.0.0.1"), ([10, 255, 0, 9], "10.255.0.9"),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "::1"),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "::"),
        ([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "2001:db8::1"),
        ([0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1], "2001:0:0:1::1"),
        ([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0, 0], "fe80::1:2:3:0"),
        ([0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8], "1:2:3:4:5:6:7:8"),
        ([0, 1, 0, 0, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8], "1:0:3:4:5:6:7:8"),
    ])
    func `addresses are written as RFC 5952 §4 says`(ip: [UInt8], expected: String) {
        var pool = ChunkPool()
        var buffer = Buffer()
        buffer.reserve(64, from: &pool)
        buffer.append(address: SocketAddress(ip: ip.span, port: 80))
        #expect(String(copying: buffer) == expected)
    }

    @Test func `an IPv4 address from a dual-stack socket is plain IPv4`() {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7]
        let plain: [UInt8] = [192, 0, 2, 7]
        #expect(
            SocketAddress(ip: mapped.span, port: 9).unmapped
                == SocketAddress(ip: plain.span, port: 9))
    }

    @Test func `a request id is a version 4 UUID`() {
        var pool = ChunkPool()
        var buffer = Buffer()
        buffer.reserve(64, from: &pool)
        buffer.append(uuidFrom: .max, .max)
        #expect(String(copying: buffer) == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        buffer.removeAll()
        buffer.append(uuidFrom: 0, 0)
        #expect(String(copying: buffer) == "00000000-0000-4000-8000-000000000000")
    }
}

extension String {
    init(copying buffer: borrowing Buffer) {
        var bytes: [UInt8] = []
        let span = buffer.bytes
        for index in span.indices { bytes.append(span[index]) }
        self.init(decoding: bytes, as: UTF8.self)
    }
}
