import Bytes
import Testing

private let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
private let digits = "0123456789"

private func members(_ text: String) -> Set<UInt8> { Set(text.utf8) }
private func members(_ isMember: (UInt8) -> Bool) -> Set<UInt8> {
    Set((UInt8.min...UInt8.max).filter(isMember))
}

@Test
func `Each class holds exactly its bytes`() {
    #expect(members(ASCII.isToken) == members(letters + digits + "!#$%&'*+-.^_`|~"))
    #expect(members(ASCII.isPlainName) == members(letters + digits + "-"))
    #expect(members(ASCII.isHost) == members(letters + digits + "-._~"))
    #expect(members(ASCII.isTarget) == Set(0x21...0x7e).subtracting([UInt8(ascii: "#")]))
    #expect(members(ASCII.isFieldValue) == Set([0x09] + (0x20...0x7e) + (0x80...0xff)))
    #expect(members(ASCII.isBlank) == members(" \t"))
    #expect(members(ASCII.isDigit) == members(digits))
}

@Test
func `Hexadecimal digits have their values and nothing else has one`() {
    for byte in UInt8.min...UInt8.max {
        let text = String(Unicode.Scalar(byte))
        let expected = byte < 0x80 ? UInt8(text, radix: 16) ?? 16 : 16
        #expect(ASCII.hexadecimal(byte) == (text == "+" || text == "-" ? 16 : expected))
    }
}

@Test
func `Lowering changes the letters A to Z only, one by one or eight at once`() {
    for byte in UInt8.min...UInt8.max {
        let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
        let expected = isUpper ? byte + 32 : byte
        #expect(ASCII.lowered(byte) == expected)
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            let others: UInt64 = 0xff41_5a5b_40c1_7a00 & ~(0xff << shift)
            let lowered = ASCII.lowered(others | UInt64(byte) << shift)
            #expect(lowered >> shift & 0xff == UInt64(expected))
        }
    }
    #expect(ASCII.lowered(0xff41_5a5b_40c1_7a00 as UInt64) == 0xff61_7a5b_40c1_7a00)
}
