import Bytes
import Testing

struct InlineArrayTests {
    @Test(arguments: 0...12) func `bytes are copied to the first places, and no others`(count: Int)
    {
        var text = InlineArray<12, UInt8>(repeating: 0xff)
        text.setFirst([UInt8](repeating: 7, count: count).span)
        for index in text.indices { #expect(text[index] == (index < count ? 7 : 0xff)) }
    }

    @Test func `more bytes than places trap`() async {
        await #expect(processExitsWith: .failure) {
            var text = InlineArray<4, UInt8>(repeating: 0)
            text.setFirst([1, 2, 3, 4, 5].span)
        }
    }
}
