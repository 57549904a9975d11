import COpenSSL
import TLS
import Testing

/// OCSP responses on the way to the client.
struct StapleTests {
    private let authority = TestAuthority()

    private func shown(
        _ certificate: Certificate, _ version: CInt, wantsStaple: Bool
    ) -> [UInt8] {
        var contexts = ServerContexts(policy: TLSPolicy(), tickets: TicketKeys())
        contexts.adopt(CertificateSet(entries: [], defaultCertificate: certificate))
        let server = TestServer(&contexts)
        let client = TestClient(
            .init(versions: version...version, wantsStaple: wantsStaple))
        server.talk(with: client)
        #expect(client.isEstablished)
        return client.staple
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a staple comes to those who ask`(version: CInt) throws {
        let pair = authority.leaf("a.example.com")
        let staple = authority.staple(for: pair.chain, hours: 24)
        let certificate = try Certificate.read(
            chain: pair.chain, key: pair.key, staple: staple)
        #expect(shown(certificate, version, wantsStaple: true) == staple)
        #expect(shown(certificate, version, wantsStaple: false) == [])
        let plain = try Certificate.read(chain: pair.chain, key: pair.key)
        #expect(plain != certificate)
        #expect(shown(plain, version, wantsStaple: true) == [])
    }

    @Test func `one that has run out is not handed out`() throws {
        let pair = authority.leaf("a.example.com")
        let staple = authority.staple(for: pair.chain, hours: -1)
        let certificate = try Certificate.read(
            chain: pair.chain, key: pair.key, staple: staple)
        #expect(shown(certificate, TLS1_3_VERSION, wantsStaple: true) == [])
    }

    @Test func `one of another certificate is refused`() {
        let pair = authority.leaf("a.example.com")
        let staple = authority.staple(for: authority.leaf("b.test").chain, hours: 24)
        #expect(throws: CertificateFault.foreignStaple) {
            try Certificate.read(chain: pair.chain, key: pair.key, staple: staple)
        }
    }
}
