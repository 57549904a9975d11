import TLS
import Testing

struct Base64Tests {
    @Test func `an odd text is refused`() {
        #expect(Base64.decode(Array("a".utf8)) == nil)
    }
}
