import TLS
import Testing

struct SelfSignedTests {
    @Test func `it is read as a certificate for its names and its time`() throws {
        let made = try #require(
            SelfSigned(names: ["*.a.test", "b.test"], from: 1_600_000_000, until: 1_900_000_000))
        let certificate = try Certificate.read(chain: made.chain, key: made.key)
        #expect(certificate.names == ["*.a.test", "b.test"])
        #expect(certificate.notBefore == 1_600_000_000)
        #expect(certificate.notAfter == 1_900_000_000)
    }

    @Test func `every one has a key of its own, which is never shown`() throws {
        let first = try #require(SelfSigned(names: ["a.test"], from: 0, until: 1))
        let second = try #require(SelfSigned(names: ["a.test"], from: 0, until: 1))
        #expect(first.key != second.key)
        var shown = "\(first)"
        dump(first, to: &shown)
        #expect(!shown.contains("PRIVATE"))
    }
}
