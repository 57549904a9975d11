import COpenSSL
import TLS
import Testing

/// Which certificate a server name gets.
struct NameTests {
    private let authority = TestAuthority()

    private func certificate(_ names: String...) throws -> Certificate {
        let pair = authority.leaf(.init(names: names))
        return try Certificate.read(chain: pair.chain, key: pair.key)
    }

    private func fingerprint(_ name: String, _ set: CertificateSet) -> [UInt8]? {
        set.certificate(for: Array(name.utf8).span)?.fingerprint
    }

    @Test func `exact goes before wildcard, wildcard before the default`() throws {
        let exact = try certificate("a.example.com")
        let wildcard = try certificate("*.example.com")
        let fallback = try certificate("default.test")
        let set = CertificateSet(
            entries: [
                .init(name: "*.example.com", certificate: wildcard),
                .init(name: "a.example.com", certificate: exact),
                .init(name: "a.example.com", certificate: fallback),
            ], defaultCertificate: fallback)
        #expect(fingerprint("a.example.com", set) == exact.fingerprint)
        #expect(fingerprint("A.EXAMPLE.com.", set) == exact.fingerprint)
        #expect(fingerprint("b.example.com", set) == wildcard.fingerprint)
        for name in [
            "b.c.example.com", "example.com", ".example.com", "*", ".", "", "..",
            "a.example.comm", "xa.example.com.org", String(repeating: "a", count: 300),
        ] {
            #expect(fingerprint(name, set) == fallback.fingerprint, "\(name)")
        }
        #expect(fingerprint("a.b", CertificateSet.empty) == nil)
    }

    @Test func `many names are all found`() throws {
        let one = try certificate("one.test")
        let other = try certificate("other.test")
        let names = (0..<1000).map { "h\($0 * 7919 % 1000).example.com" }
        let set = CertificateSet(
            entries: names.enumerated().map {
                .init(name: $1, certificate: $0 % 2 == 0 ? one : other)
            })
        for (position, name) in names.enumerated() {
            let wanted = position % 2 == 0 ? one : other
            #expect(fingerprint(name, set) == wanted.fingerprint)
        }
        #expect(fingerprint("h1000.example.com", set) == nil)
    }

    @Test func `clients are shown the certificate of their name, also after a swap`() throws {
        let first = try certificate("a.example.com")
        let second = try certificate("a.example.com")
        var contexts = ServerContexts(policy: TLSPolicy(), tickets: TicketKeys())
        contexts.adopt(
            CertificateSet(entries: [.init(name: "a.example.com", certificate: first)]))
        let early = TestServer(&contexts)
        let earlyClient = TestClient()
        early.talk(with: earlyClient)
        #expect(earlyClient.shown == first.fingerprint)

        contexts.adopt(
            CertificateSet(entries: [.init(name: "a.example.com", certificate: second)]))
        let late = TestServer(&contexts)
        let lateClient = TestClient()
        late.talk(with: lateClient)
        #expect(lateClient.shown == second.fingerprint)
        // The connection that was there goes on.
        earlyClient.receive(early.seal(Array("still".utf8)))
        #expect(earlyClient.plain == Array("still".utf8))
    }

    @Test func `a client without a name gets the default, and an address is none`() throws {
        let fallback = try certificate("default.test", "*.default.test")
        var contexts = ServerContexts(policy: TLSPolicy(), tickets: TicketKeys())
        contexts.adopt(CertificateSet(entries: [], defaultCertificate: fallback))
        let server = TestServer(&contexts)
        let client = TestClient(.init(name: nil))
        server.talk(with: client)
        #expect(client.shown == fallback.fingerprint)
        #expect(server.serverName == "")
        #expect(server.covers("x.default.test"))
        #expect(!server.covers("x.y.default.test"))
        #expect(!server.covers("127.0.0.1"))
    }

    @Test func `sessions outlive the contexts and sets they came from`() throws {
        var server: TestServer?
        do {
            var contexts = ServerContexts(policy: TLSPolicy(), tickets: TicketKeys())
            contexts.adopt(try singleSet(authority, "a.example.com"))
            server = TestServer(&contexts)
        }
        let client = TestClient()
        server?.talk(with: client)
        #expect(client.isEstablished)
        server = nil
    }
}
