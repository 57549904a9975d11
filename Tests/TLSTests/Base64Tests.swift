import TLS
import Testing

struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9v\nYmFy\r\n", "foobar"),
        (" Zm 9v\tYg = = ", "foob"),
    ])
    func `texts are decoded`(text: String, plain: String) {
        #expect(Base64.decode(Array(text.utf8)) == Array(plain.utf8))
    }

    @Test(arguments: [
        "a", "ab", "abc", "a===", "=aaa", "ab=c", "Zm9v-", "Zm9_", "Zm9v====", "Zm9v\0",
    ])
    func `anything else is refused`(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }

    @Test func `all bytes come through`() {
        let bytes = (0...255).map { UInt8($0) }
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: 255, by: 3) {
            let word = bytes[start..<start + 3].reduce(0) { $0 << 8 | Int($1) }
            text += [18, 12, 6, 0].map { digits[word >> $0 & 63] }
        }
        #expect(Base64.decode(text) == Array(bytes.prefix(255)))
    }
}
