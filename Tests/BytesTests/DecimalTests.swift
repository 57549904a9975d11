import Bytes
import Testing

private func parsed(_ text: String, max: UInt64 = UInt64(Int64.max)) -> UInt64? {
    Decimal.parse(Array(text.utf8).span, max: max)
}

@Test(arguments: [
    ("0", 0), ("7", 7), ("10", 10), ("65535", 65535),
    ("9223372036854775807", UInt64(Int64.max)),
])
func `Digits are a number`(_ text: String, _ expected: UInt64) {
    #expect(parsed(text) == expected)
}

@Test(arguments: [
    "", "00", "007", "+1", "-1", "-0", " 1", "1 ", "1 0", "0x1", "1_0", "1,0", "1.0", "a", "１",
    "9223372036854775808", "10000000000000000000", "18446744073709551616",
])
func `Anything but digits is none`(_ text: String) {
    #expect(parsed(text) == nil)
}

@Test
func `A number above the most that is asked for is none`() {
    #expect(parsed("255", max: 255) == 255)
    #expect(parsed("256", max: 255) == nil)
    #expect(parsed("9999999999999999999", max: .max) == 9_999_999_999_999_999_999)
}
