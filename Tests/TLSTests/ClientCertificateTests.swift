import COpenSSL
import TLS
import Testing

/// Hosts that ask their clients for a certificate.
struct ClientCertificateTests {
    private let authority = TestAuthority()
    private let clients = TestAuthority(common: "client CA")
    private let strangers = TestAuthority(common: "other CA")

    private func set(_ hosts: [(String, TestAuthority, Bool)]) throws -> CertificateSet {
        let pair = authority.leaf("*.example.com")
        let certificate = try Certificate.read(chain: pair.chain, key: pair.key)
        return CertificateSet(
            entries: [.init(name: "*.example.com", certificate: certificate)],
            authorities: try hosts.map {
                .init(
                    host: $0.0, authority: try ClientAuthority.read(bundle: $0.1.pem),
                    isRequired: $0.2)
            })
    }

    private func contexts(
        _ set: CertificateSet, _ tickets: TicketKeys = TicketKeys()
    ) -> ServerContexts {
        var contexts = ServerContexts(policy: TLSPolicy(), tickets: tickets)
        contexts.adopt(set)
        return contexts
    }

    private func policy(_ host: String, _ set: CertificateSet) -> UInt32 {
        set.policy(ofHost: Array(host.utf8).span)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a good certificate is told to the upstream`(version: CInt) throws {
        let set = try set([("a.example.com", clients, true)])
        var contexts = contexts(set)
        var wish = TestAuthority.Wish(
            names: ["client.test"], uris: ["spiffe://test/ns/x=y"], common: "a \"b\" \u{e9}\n;")
        wish.kind = .rsa(2048)
        let pair = clients.leaf(wish)
        let server = TestServer(&contexts)
        let client = TestClient(.init(versions: version...version, certificate: pair))
        server.talk(with: client)
        #expect(server.progress == .open, "\(client.reason ?? "")")
        #expect(server.policy == policy("a.example.com", set))
        #expect(server.policy != 0)
        let text = server.clientCertificate
        let hash = text.dropFirst(5).prefix(64)
        #expect(text.hasPrefix("Hash="))
        #expect(hash.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        #expect(
            text.dropFirst(69)
                == #";Subject="CN=a \\\"b\\\" \\C3\\A9\\0A\\;";URI="spiffe://test/ns/x=y";DNS=client.test"#
        )
        #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f })
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [true, false])
    func `what does not verify ends the handshake`(version: CInt, isRequired: Bool) throws {
        var contexts = contexts(try set([("a.example.com", clients, isRequired)]))
        for pair in [
            strangers.leaf("client.test"), clients.leaf(.init(names: ["old.test"], days: -1)),
        ] {
            let server = TestServer(&contexts)
            let client = TestClient(.init(versions: version...version, certificate: pair))
            server.talk(with: client)
            #expect(server.progress == .failed(.clientCertificate))
            #expect(!server.takeEstablished())
            #expect(client.reason != nil)
            #expect(server.clientCertificate == "")
        }
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [true, false])
    func `no certificate is refused only where one is required`(
        version: CInt, isRequired: Bool
    ) throws {
        let set = try set([("a.example.com", clients, isRequired)])
        var contexts = contexts(set)
        let server = TestServer(&contexts)
        let client = TestClient(.init(versions: version...version))
        server.talk(with: client)
        if isRequired {
            #expect(server.progress == .failed(.noClientCertificate))
            #expect(client.reason?.contains("alert") == true)
        } else {
            #expect(server.progress == .open)
            #expect(server.clientCertificate == "")
            #expect(server.policy == policy("a.example.com", set))
        }
    }

    @Test(arguments: [(200, TLSFault.clientCertificate), (900, .messageSize)])
    func `certificates above their limits are refused`(names: Int, fault: TLSFault) throws {
        var contexts = contexts(try set([("a.example.com", clients, true)]))
        let long = String(repeating: "n", count: 50)
        let pair = clients.leaf(.init(names: (0..<names).map { "\(long)\($0).test" }))
        let server = TestServer(&contexts)
        server.talk(with: TestClient(.init(certificate: pair)))
        #expect(server.progress == .failed(fault))
        #expect(!server.takeEstablished())
    }

    @Test func `other hosts ask for nothing`() throws {
        let set = try set([("a.example.com", clients, true)])
        var contexts = contexts(set)
        let server = TestServer(&contexts)
        let pair = strangers.leaf("client.test")
        server.talk(with: TestClient(.init(name: "b.example.com", certificate: pair)))
        #expect(server.progress == .open)
        #expect(server.policy == 0)
        #expect(server.clientCertificate == "")
    }

    @Test func `policies are equal for equal demands, in every set`() throws {
        let one = try set([
            ("a.example.com", clients, true), ("b.example.com", clients, true),
            ("c.example.com", clients, false), ("d.example.com", strangers, true),
        ])
        let other = try set([("x.test", strangers, true), ("y.test", clients, false)])
        #expect(one.hasPolicies)
        #expect(policy("a.example.com", one) == policy("B.example.com.", one))
        #expect(policy("a.example.com", one) != policy("c.example.com", one))
        #expect(policy("a.example.com", one) != policy("d.example.com", one))
        #expect(policy("d.example.com", one) == policy("x.test", other))
        #expect(policy("c.example.com", one) == policy("y.test", other))
        #expect(policy("e.example.com", one) == 0)
        #expect(!CertificateSet.empty.hasPolicies)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a session is not resumed under another demand`(version: CInt) throws {
        let tickets = TicketKeys()
        let pair = clients.leaf("client.test")
        var open = contexts(try set([]), tickets)
        var optional = contexts(try set([("a.example.com", clients, false)]), tickets)
        var required = contexts(try set([("a.example.com", clients, true)]), tickets)
        var again = contexts(try set([("a.example.com", clients, true)]), tickets)
        var other = contexts(try set([("a.example.com", strangers, true)]), tickets)

        func connect(
            _ contexts: inout ServerContexts, _ session: OpaquePointer?
        ) -> (TestServer, TestClient) {
            let server = TestServer(&contexts)
            let client = TestClient(
                .init(versions: version...version, certificate: pair, session: session))
            server.talk(with: client)
            return (server, client)
        }

        let plain = connect(&open, nil).1.session
        let (full, shown) = connect(&required, nil)
        let proven = shown.session
        defer {
            SSL_SESSION_free(plain)
            SSL_SESSION_free(proven)
        }
        #expect(!connect(&optional, plain).0.isResumed)
        #expect(!connect(&required, plain).0.isResumed)
        #expect(full.clientCertificate.hasPrefix("Hash="))
        let (resumed, _) = connect(&again, proven)
        #expect(resumed.isResumed)
        #expect(resumed.clientCertificate == full.clientCertificate)
        #expect(!connect(&other, proven).0.isResumed)
        #expect(!connect(&open, proven).0.isResumed)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a session is not resumed for a certificate that has ended meanwhile`(version: CInt)
        async throws
    {
        var contexts = contexts(try set([("a.example.com", clients, true)]))
        var wish = TestAuthority.Wish(names: ["client.test"], days: 0)
        wish.seconds = 5
        let pair = clients.leaf(wish)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(6)

        func connect(_ session: OpaquePointer?) -> (TestServer, TestClient) {
            let server = TestServer(&contexts)
            let client = TestClient(
                .init(versions: version...version, certificate: pair, session: session))
            server.talk(with: client)
            return (server, client)
        }

        let (full, first) = connect(nil)
        let session = first.session
        defer { SSL_SESSION_free(session) }
        #expect(full.progress == .open)
        // The certificate says when it ends; until then there is nothing to see.
        try await clock.sleep(until: end)
        let (late, _) = connect(session)
        #expect(late.isResumed)
        #expect(late.progress == .failed(.clientCertificate))
        #expect(late.clientCertificate == "")
    }

    @Test func `a bundle must hold certificates`() {
        #expect(throws: CertificateFault.noCertificate) {
            try ClientAuthority.read(bundle: Array("nothing".utf8))
        }
        #expect(throws: CertificateFault.unreadableCertificate(1)) {
            try ClientAuthority.read(
                bundle: Array(
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8))
        }
    }
}
