import Bytes
import HTTP
import Testing

/// What reading bytes as a PROXY header comes to, as a line.
private func read(_ bytes: [UInt8]) -> String {
    switch ProxyHeader.parse(bytes.span) {
    case .needsMore: "more"
    case .refused: "refused"
    case .complete(let header, let length):
        header.hasClient
            ? "\(length) \(String(header.high, radix: 16)) \(String(header.low, radix: 16)) \(header.port)"
            : "\(length) nobody"
    }
}

private let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]

private func binary(_ command: UInt8, _ family: UInt8, _ body: [UInt8]) -> [UInt8] {
    signature + [command, family, UInt8(body.count >> 8), UInt8(body.count & 0xff)] + body
}

@Test(arguments: [
    ("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\nGET /", "42 c000020100000000 0 56324"),
    ("PROXY TCP6 2001:db8::1 ::1 1 2\r\n", "32 20010db800000000 1 1"),
    ("PROXY UNKNOWN\r\n", "15 nobody"),
    ("PROXY UNKNOWN ffff:f...f:ffff what ever\r\nx", "41 nobody"),
    ("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r", "more"), ("PRO", "more"), ("", "more"),
    ("GET / HTTP/1.1\r\n", "refused"), ("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n", "refused"),
    ("PROXY TCP4 ::1 ::1 1 2\r\n", "refused"), ("PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n", "refused"),
    ("PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n", "refused"),
    ("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", "refused"),
    ("PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n", "refused"),
    ("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n", "refused"),
    ("PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n", "refused"), ("\r\nPROXY", "refused"),
])
func `Version 1 is one line`(_ text: String, _ expected: String) {
    #expect(read(Array(text.utf8)) == expected)
}

@Test
func `Version 1 ends within 107 bytes`() {
    let unknown = "PROXY UNKNOWN " + String(repeating: "x", count: 91)
    #expect(read(Array("\(unknown)\r\n".utf8)) == "107 nobody")
    #expect(read(Array("\(unknown)x\r\n".utf8)) == "refused")
    #expect(read(Array("\(unknown)xxx".utf8)) == "refused")
}

@Test
func `Version 2 names an IPv4 or IPv6 client`() {
    let four: [UInt8] = [10, 0, 0, 1, 10, 0, 0, 2, 0x12, 0x34, 0, 80]
    #expect(read(binary(0x21, 0x11, four) + [1, 2]) == "28 a00000100000000 0 4660")
    #expect(read(binary(0x21, 0x11, four + [3, 0, 1, 0])) == "32 a00000100000000 0 4660")
    let six =
        [UInt8](repeating: 0, count: 15) + [9] + [UInt8](repeating: 1, count: 16) + [0, 7, 0, 8]
    #expect(read(binary(0x21, 0x21, six)) == "52 0 9 7")
}

@Test
func `Version 2 of the proxy itself, and of other families, names nobody`() {
    #expect(read(binary(0x20, 0x00, [])) == "16 nobody")
    #expect(read(binary(0x20, 0x11, [1])) == "17 nobody")
    #expect(read(binary(0x21, 0x31, [UInt8](repeating: 0, count: 216))) == "232 nobody")
}

@Test
func `A broken version 2 header is refused`() {
    #expect(read(binary(0x22, 0x11, [UInt8](repeating: 0, count: 12))) == "refused")
    #expect(read(binary(0x11, 0x11, [UInt8](repeating: 0, count: 12))) == "refused")
    #expect(read(binary(0x21, 0x11, [UInt8](repeating: 0, count: 11))) == "refused")
    #expect(read(binary(0x21, 0x21, [UInt8](repeating: 0, count: 35))) == "refused")
    #expect(read(signature + [0x21, 0x11, 0xff, 0xff]) == "refused")
    #expect(read([13, 10, 13, 10, 1]) == "refused")
}

@Test
func `A header that comes byte by byte is read at its last byte`() {
    let text = Array("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n".utf8)
    let bytes = binary(0x21, 0x11, [10, 0, 0, 1, 10, 0, 0, 2, 0x12, 0x34, 0, 80])
    for whole in [text, bytes] {
        for count in 0..<whole.count { #expect(read(Array(whole[..<count])) == "more") }
        #expect(read(whole) != "more")
    }
}
