import Bytes
import Testing

private func bytes(_ text: String) -> [UInt8]? { IPLiteral(Array(text.utf8).span)?.bytes }

@Test(arguments: [
    ("127.0.0.1", [127, 0, 0, 1]), ("0.0.0.0", [0, 0, 0, 0]),
    ("255.255.255.255", [255, 255, 255, 255]),
])
func `Four numbers are an IPv4 address`(_ text: String, _ expected: [UInt8]) {
    #expect(bytes(text) == expected)
}

@Test(arguments: [
    ("::", [0, 0, 0, 0, 0, 0, 0, 0]), ("::1", [0, 0, 0, 0, 0, 0, 0, 1]),
    ("1::", [1, 0, 0, 0, 0, 0, 0, 0]), ("2001:db8::a:B", [0x2001, 0xdb8, 0, 0, 0, 0, 10, 11]),
    ("1:2:3:4:5:6:7:8", [1, 2, 3, 4, 5, 6, 7, 8]), ("1:2:3:4:5:6:7::", [1, 2, 3, 4, 5, 6, 7, 0]),
    ("::ffff:1.2.3.4", [0, 0, 0, 0, 0, 0xffff, 0x102, 0x304]),
    ("1:2:3:4:5:6:1.2.3.4", [1, 2, 3, 4, 5, 6, 0x102, 0x304]),
])
func `Groups are an IPv6 address`(_ text: String, _ groups: [UInt16]) {
    #expect(bytes(text) == groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] })
}

@Test(arguments: [
    "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.", ".1.2.3", "1..2.3",
    "1.2.3.4 ", "1.2.3.4:80", ":", ":::", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
    "1::2::3", "1:2:3:4:5:6:7:8::", "12345::", "g::", "1:2:3:4:5:6:7:1.2.3.4", "::1%eth0", "[::1]",
    "1.2.3.4::", "-1.2.3.4", "0x1.2.3.4",
])
func `Anything else is no address`(_ text: String) {
    #expect(bytes(text) == nil)
}
