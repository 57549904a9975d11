import COpenSSL
import TLS
import Testing

/// TLS towards upstreams: who is trusted, under which names, by which protocol.
struct UpstreamTests {
    private let authority = TestAuthority()
    private static let names = ["kn-routing", "kn-user-default"]

    private func contexts(_ authorities: TestAuthority...) throws -> ClientContexts {
        var contexts = ClientContexts()
        let bundle = try TrustBundle.read(bundle: authorities.flatMap(\.pem))
        contexts.adopt(CertificateSet(entries: [], trust: bundle))
        return contexts
    }

    /// The end of a handshake with an upstream that shows this.
    private func end(
        _ pair: (chain: [UInt8], key: [UInt8]), above: [TestAuthority] = [],
        _ wish: TestUpstream.Wish = .init(), trusting trusted: TestAuthority? = nil,
        names: [String] = names, offering offer: ProtocolOffer = .http1
    ) throws -> TLSProgress {
        var contexts = try contexts(trusted ?? authority)
        let session = try #require(TestServer(&contexts, names: names, offering: offer))
        let upstream = TestUpstream(pair, above: above, wish)
        session.talk(with: upstream)
        if case .failed = session.progress {
            #expect(!session.takeEstablished())
            #expect(upstream.plain == [])
        }
        return session.progress
    }

    // MARK: What is right

    @Test(arguments: [1, 2, 7, 100, 16_384])
    func `both sides talk, however the bytes are cut`(step: Int) throws {
        var contexts = try contexts(authority)
        let session = try #require(
            TestServer(&contexts, names: Self.names, offering: .http2OrHTTP1))
        let upstream = TestUpstream(
            authority.leaf("kn-user-default"), .init(alpn: ["h2", "http/1.1"]))
        session.talk(with: upstream, step: step)
        #expect(session.progress == .open)
        try #require(upstream.isEstablished, "\(upstream.reason ?? "")")
        #expect(session.takeEstablished())
        #expect(!session.takeEstablished())
        #expect(session.version == .tls13)
        #expect(session.negotiated == .http2)
        #expect(session.alpn == "h2")
        #expect(upstream.serverName == nil)
        #expect(session.serverName == "" && session.policy == 0)
        #expect(session.clientCertificate == "")

        let question = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        upstream.receive(session.seal(Array("head".utf8), question))
        #expect(upstream.plain == Array("head".utf8) + question)
        upstream.write(question)
        #expect(session.receive(upstream.take(), step: step) == [])
        #expect(session.plain == question)
        upstream.close()
        _ = session.receive(upstream.take(), step: step)
        #expect(session.progress == .closed)
        upstream.receive(session.close())
        #expect(upstream.isClosed)
    }

    /// What is offered, what the upstream speaks, and what comes of it.
    static let protocols: [(ProtocolOffer, [String]?, ApplicationProtocol)] = [
        (.http1, ["h2", "http/1.1"], .http1), (.http1, ["http/1.1"], .http1), (.http1, nil, .none),
        (.http2, ["http/1.1", "h2"], .http2), (.http2, nil, .none),
        (.http2OrHTTP1, ["http/1.1"], .http1), (.http2OrHTTP1, ["h2"], .http2),
        (.http2OrHTTP1, ["h2", "http/1.1"], .http2), (.http2OrHTTP1, nil, .none),
    ]

    @Test(arguments: protocols)
    func `ALPN chooses among what is offered`(
        offer: ProtocolOffer, spoken: [String]?, chosen: ApplicationProtocol
    ) throws {
        var contexts = try contexts(authority)
        let session = try #require(TestServer(&contexts, names: Self.names, offering: offer))
        session.talk(with: TestUpstream(authority.leaf("kn-routing"), .init(alpn: spoken)))
        #expect(session.progress == .open)
        #expect(session.negotiated == chosen)
    }

    @Test func `any of the names will do, in any case`() throws {
        for name in ["kn-routing", "kn-user-default", "KN-Routing"] {
            #expect(try end(authority.leaf("other", name)) == .open)
        }
    }

    @Test func `any CA of the bundle will do`() throws {
        let second = TestAuthority(common: "second")
        var contexts = try contexts(TestAuthority(common: "first"), second, authority)
        for pair in [second.leaf("kn-routing"), authority.leaf("kn-routing")] {
            let session = try #require(TestServer(&contexts, names: Self.names))
            session.talk(with: TestUpstream(pair))
            #expect(session.progress == .open)
        }
    }

    @Test func `intermediate certificates lead to the CA`() throws {
        let upper = TestAuthority(common: "upper", under: authority)
        let lower = TestAuthority(common: "lower", under: upper)
        let pair = lower.leaf("kn-routing")
        #expect(try end(pair, above: [lower, upper]) == .open)
        #expect(try end(pair, above: [lower]) == .failed(.upstreamUntrusted))
        #expect(try end(pair) == .failed(.upstreamUntrusted))
        #expect(try end(pair, above: [lower], trusting: upper) == .open)
    }

    @Test func `a certificate that signs itself is trusted by itself only`() throws {
        let made = SelfSigned(names: ["kn-routing"], from: 0, until: 1 << 33)
        let pair = try #require(made)
        var contexts = ClientContexts()
        contexts.adopt(
            CertificateSet(entries: [], trust: try TrustBundle.read(bundle: pair.chain)))
        let session = try #require(TestServer(&contexts, names: Self.names))
        session.talk(with: TestUpstream((pair.chain, pair.key)))
        #expect(session.progress == .open)
        #expect(try end((pair.chain, pair.key)) == .failed(.upstreamUntrusted))
    }

    // MARK: What is wrong

    @Test func `another CA, even of the same name, is not trusted`() throws {
        let other = TestAuthority()
        #expect(try end(other.leaf("kn-routing")) == .failed(.upstreamUntrusted))
        #expect(
            try end(other.leaf("kn-routing"), above: [other]) == .failed(.upstreamUntrusted))
    }

    /// Names of the SAN, the common name.
    static let wrongNames: [([String], String)] = [
        (["kn-user-other"], "kn-routing"), ([], "kn-routing"), (["*"], "kn-routing"),
        (["kn-*"], "x"), (["*.kn-routing"], "x"), (["x.kn-routing"], "x"),
        (["kn-routing.default.svc"], "x"), (["kn-user-defaul"], "x"), (["kn-user-default2"], "x"),
    ]

    @Test(arguments: wrongNames)
    func `other names are refused: no wildcard, no common name`(
        names: [String], common: String
    ) throws {
        let wish = TestAuthority.Wish(names: names, common: common)
        #expect(try end(authority.leaf(wish)) == .failed(.upstreamName))
    }

    @Test func `a URI or a certificate without SAN names nobody`() throws {
        let uri = TestAuthority.Wish(uris: ["kn-routing"], common: "kn-routing")
        #expect(try end(authority.leaf(uri)) == .failed(.upstreamName))
    }

    @Test func `what is over, or not yet good, is refused`() throws {
        let old = TestAuthority.Wish(names: ["kn-routing"], days: -1, hoursAgo: 48)
        #expect(try end(authority.leaf(old)) == .failed(.upstreamExpired))
        let young = TestAuthority.Wish(names: ["kn-routing"], hoursAgo: -48)
        #expect(try end(authority.leaf(young)) == .failed(.upstreamExpired))
    }

    @Test func `weak keys, and certificates for clients, are not trusted`() throws {
        let weak = TestAuthority.Wish(names: ["kn-routing"], kind: .rsa(1024))
        #expect(try end(authority.leaf(weak)) == .failed(.upstreamUntrusted))
        let client = TestAuthority.Wish(names: ["kn-routing"], usage: "clientAuth")
        #expect(try end(authority.leaf(client)) == .failed(.upstreamUntrusted))
        let server = TestAuthority.Wish(names: ["kn-routing"], usage: "serverAuth")
        #expect(try end(authority.leaf(server)) == .open)
    }

    @Test func `TLS 1.2 is not spoken`() throws {
        let pair = authority.leaf("kn-routing")
        let wish = TestUpstream.Wish(versions: TLS1_2_VERSION...TLS1_2_VERSION)
        #expect(try end(pair, wish) == .failed(.upstreamVersion))
    }

    @Test func `no protocol in common ends the handshake`() throws {
        let pair = authority.leaf("kn-routing")
        #expect(
            try end(pair, .init(alpn: ["http/1.1"]), offering: .http2)
                == .failed(.upstreamProtocol))
        #expect(try end(pair, .init(alpn: ["h3"])) == .failed(.upstreamProtocol))
        for imposed in ["h2", "h3"] {
            let end = try end(pair, .init(imposes: imposed), offering: .http1)
            #expect(end != .open, "\(imposed) was not offered")
        }
    }

    @Test func `no group in common is an alert`() throws {
        let wish = TestUpstream.Wish(groups: "P-521")
        #expect(try end(authority.leaf("kn-routing"), wish) == .failed(.upstreamAlert))
    }

    @Test func `an upstream that wants our certificate says so after the handshake`() throws {
        let wish = TestUpstream.Wish(asksForCertificate: true)
        var contexts = try contexts(authority)
        let session = try #require(TestServer(&contexts, names: Self.names))
        session.talk(with: TestUpstream(authority.leaf("kn-routing"), wish))
        #expect(session.progress == .failed(.upstreamAlert))
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-OpenSSH_9.6\r\n",
        "\0\0\0\0\0\0\0\0\0\0", "x",
    ])
    func `what is no TLS is malformed, or not whole yet`(said: String) throws {
        var contexts = try contexts(authority)
        let session = try #require(TestServer(&contexts, names: Self.names))
        #expect(session.begin().count > 100)
        #expect(session.progress == .handshaking)
        _ = session.receive(Array(said.utf8), step: 3)
        #expect(
            session.progress == (said.count < 5 ? .handshaking : .failed(.upstreamMalformed)))
    }

    @Test func `an endless handshake is ended`() throws {
        var contexts = try contexts(authority)
        let long = String(repeating: "n", count: 50)
        let pair = authority.leaf(.init(names: (0..<900).map { "\(long)\($0).test" }))
        let session = try #require(TestServer(&contexts, names: Self.names))
        session.talk(with: TestUpstream(pair))
        #expect(session.progress == .failed(.messageSize))
    }

    @Test func `nobody is asked without trust, or without a name`() throws {
        var blind = ClientContexts()
        #expect(TestServer(&blind, names: Self.names) == nil)
        var contexts = try contexts(authority)
        #expect(TestServer(&contexts, names: []) == nil)
        #expect(TestServer(&contexts, names: [""]) == nil)
        #expect(TestServer(&contexts, names: [".kn-routing"]) == nil)
        #expect(TestServer(&contexts, names: ["kn-routing\0.x"]) == nil)
        contexts.adopt(.empty)
        #expect(TestServer(&contexts, names: Self.names) == nil)
    }

    @Test func `new trust counts from the next handshake on`() throws {
        let next = TestAuthority(common: "next")
        var contexts = try contexts(authority)
        let before = try #require(TestServer(&contexts, names: Self.names))
        contexts.adopt(
            CertificateSet(entries: [], trust: try TrustBundle.read(bundle: next.pem)))
        let after = try #require(TestServer(&contexts, names: Self.names))
        let pair = authority.leaf("kn-routing")
        before.talk(with: TestUpstream(pair))
        after.talk(with: TestUpstream(pair))
        #expect(before.progress == .open)
        #expect(after.progress == .failed(.upstreamUntrusted))
    }

    @Test func `every fault has its own label and words`() {
        let reasons = TLSFault.allCases.map(\.reason.description)
        #expect(Set(reasons).count == reasons.count)
        #expect(Set(TLSFault.allCases.map(\.text.description)).count == reasons.count)
        #expect(TLSFault.allCases.map(\.rawValue) == Array(0..<UInt8(reasons.count)))
    }
}
