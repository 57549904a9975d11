import COpenSSL
import TLS
import Testing

/// What is read of a certificate, and what is refused.
struct CertificateTests {
    private let authority = TestAuthority()

    private func fault(
        _ chain: [UInt8], _ key: [UInt8], _ staple: [UInt8]? = nil
    ) -> CertificateFault? {
        do throws(CertificateFault) {
            _ = try Certificate.read(chain: chain, key: key, staple: staple)
            return nil
        } catch {
            #expect(!error.text.contains("\n"))
            #expect(ERR_peek_error() == 0)
            return error
        }
    }

    @Test func `names, dates and fingerprint are those of the leaf`() throws {
        let pair = authority.leaf(
            .init(names: ["A.Example.com", "*.b.test", "bad name", "a.*.c"], common: "cn.test"))
        let certificate = try Certificate.read(
            chain: pair.chain + authority.pem, key: pair.key)
        #expect(certificate.names == ["a.example.com", "*.b.test"])
        #expect(certificate.notAfter - certificate.notBefore == 30 * 86_400 + 3600)
        #expect(certificate.notBefore > 1_700_000_000)
        #expect(certificate.fingerprint.count == 32)
        let covers = (
            certificate.covers(Array("x.B.test".utf8).span),
            certificate.covers(Array("b.test".utf8).span)
        )
        #expect(covers == (true, false))
    }

    @Test func `the common name counts only without a SAN`() throws {
        let bare = authority.leaf(.init(common: "CN.test", isBare: true))
        #expect(try Certificate.read(chain: bare.chain, key: bare.key).names == ["cn.test"])
        let nobody = authority.leaf(.init(common: "no host"))
        #expect(fault(nobody.chain, nobody.key) == .noNames)
    }

    @Test func `certificates are equal by what clients see`() throws {
        let pair = authority.leaf("a.test")
        let other = authority.leaf("a.test")
        let one = try Certificate.read(chain: pair.chain, key: pair.key)
        #expect(try Certificate.read(chain: pair.chain, key: pair.key) == one)
        #expect(try Certificate.read(chain: other.chain, key: other.key) != one)
        #expect(try Certificate.read(chain: pair.chain + authority.pem, key: pair.key) != one)
    }

    @Test func `what does not fit together is refused`() {
        let pair = authority.leaf("a.test")
        let other = authority.leaf("a.test")
        let text = Array("hello".utf8)
        #expect(fault(pair.chain, other.key) == .keyMismatch)
        #expect(fault(text, pair.key) == .noCertificate)
        #expect(fault([], []) == .noCertificate)
        #expect(fault(pair.chain, text) == .unreadableKey)
        #expect(fault(pair.chain, pair.chain) == .unreadableKey)
        #expect(fault(pair.chain, Array(pair.key.prefix(120)) + text) == .unreadableKey)
        #expect(fault(pair.key, pair.key) == .noCertificate)
        #expect(fault(authority.pem + pair.chain, pair.key) == .keyMismatch)
        #expect(
            fault(Array(Array(repeating: pair.chain, count: 17).joined()), pair.key)
                == .tooMany(limit: 16))
        #expect(fault(pair.chain, pair.key, text) == .unreadableStaple)
    }

    @Test func `weak keys and digests are refused`() {
        let small = authority.leaf(.init(names: ["a.test"], kind: .rsa(1024)))
        #expect(fault(small.chain, small.key) == .weakKey("RSA 1024"))
        let old = authority.leaf(.init(names: ["a.test"], digest: "SHA1"))
        #expect(fault(old.chain, old.key) == .weakSignature(1))
    }

    @Test(arguments: [
        TestAuthority.Kind.p256, .rsa(2048), .ed25519,
    ])
    func `keys of today are read and serve`(kind: TestAuthority.Kind) throws {
        let pair = authority.leaf(.init(names: ["a.example.com"], kind: kind))
        let certificate = try Certificate.read(chain: pair.chain, key: pair.key)
        var contexts = ServerContexts(policy: TLSPolicy(), tickets: TicketKeys())
        contexts.adopt(CertificateSet(entries: [], defaultCertificate: certificate))
        let server = TestServer(&contexts)
        let client = TestClient()
        server.talk(with: client)
        #expect(client.isEstablished)
        #expect(client.shown == certificate.fingerprint)
    }

    @Test func `an encrypted key asks nobody for its password`() {
        let pair = authority.leaf("a.test")
        #expect(fault(pair.chain, TestAuthority.encrypted(pair.key)) == .unreadableKey)
    }

    @Test func `keys stand in no description`() throws {
        let pair = authority.leaf("a.test")
        let certificate = try Certificate.read(chain: pair.chain, key: pair.key)
        var shown = ""
        dump(certificate, to: &shown)
        shown += String(describing: certificate) + String(reflecting: certificate)
        #expect(shown.contains("a.test"))
        #expect(!shown.contains("0x"))
        #expect(!shown.contains("key"))
    }

    @Test func `cut and changed texts are refused or read, never more`() {
        let pair = authority.leaf("a.test")
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var chain = pair.chain
            var key = pair.key
            chain[Int.random(in: 0..<chain.count, using: &random)] = .random(in: 0...255)
            key[Int.random(in: 0..<key.count, using: &random)] = .random(in: 0...255)
            _ = fault(chain, pair.key)
            _ = fault(pair.chain, key)
            _ = fault(Array(chain.prefix(Int.random(in: 0..<chain.count))), pair.key)
        }
    }
}
