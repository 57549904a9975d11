import Bytes
import COpenSSL
import TLS
import Testing

/// What ends a connection, by which reason, and what the client hears of it.
struct RefusalTests {
    private let authority = TestAuthority()

    private func contexts(_ policy: TLSPolicy = TLSPolicy()) throws -> ServerContexts {
        var contexts = ServerContexts(policy: policy, tickets: TicketKeys())
        let pair = authority.leaf("a.example.com")
        let certificate = try Certificate.read(chain: pair.chain, key: pair.key)
        contexts.adopt(
            CertificateSet(entries: [.init(name: "a.example.com", certificate: certificate)]))
        return contexts
    }

    private func expect(
        _ fault: TLSFault, _ reason: String, _ wish: TestClient.Wish,
        _ policy: TLSPolicy = TLSPolicy(), location: SourceLocation = #_sourceLocation
    ) throws {
        var contexts = try contexts(policy)
        let server = TestServer(&contexts)
        let client = TestClient(wish)
        server.talk(with: client)
        #expect(server.progress == .failed(fault), sourceLocation: location)
        #expect(client.reason == reason, sourceLocation: location)
        #expect(!server.takeEstablished(), sourceLocation: location)
        // Nothing revives it.
        #expect(server.receive([22, 3, 1, 0, 1, 0]) == [], sourceLocation: location)
        #expect(server.progress == .failed(fault), sourceLocation: location)
        #expect(server.close() == [], sourceLocation: location)
    }

    @Test(arguments: [TLS1_VERSION, TLS1_1_VERSION])
    func `old versions are refused`(version: CInt) throws {
        try expect(
            .version, "tlsv1 alert protocol version",
            .init(versions: version...version, ciphers: "ALL:@SECLEVEL=0", level: 0))
    }

    @Test func `1.2 is refused where 1.3 is the least`() throws {
        try expect(
            .version, "tlsv1 alert protocol version",
            .init(versions: TLS1_2_VERSION...TLS1_2_VERSION), TLSPolicy(minVersion: .tls13))
    }

    @Test(arguments: [
        "ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256",
    ])
    func `other suites are refused`(suite: String) throws {
        try expect(
            .cipher, "sslv3 alert handshake failure",
            .init(versions: TLS1_2_VERSION...TLS1_2_VERSION, ciphers: suite))
    }

    @Test func `other groups are refused`() throws {
        try expect(.cipher, "sslv3 alert handshake failure", .init(groups: "P-521"))
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a name without a certificate is refused`(version: CInt) throws {
        for name in ["b.example.com", nil] {
            try expect(
                .serverName, "tlsv1 unrecognized name",
                .init(name: name, versions: version...version))
        }
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `protocols without one of ours are refused`(version: CInt) throws {
        try expect(
            .applicationProtocol, "tlsv1 alert no application protocol",
            .init(versions: version...version, alpn: ["h9", "smtp"]))
    }

    @Test func `our order of protocols counts`() throws {
        var contexts = try contexts(TLSPolicy(alpn: ["h2", "http/1.1"]))
        let server = TestServer(&contexts)
        server.talk(with: TestClient(.init(alpn: ["http/1.1", "h2"])))
        #expect(server.alpn == "h2")
        let other = TestServer(&contexts)
        other.talk(with: TestClient())
        #expect(other.alpn == "")
        #expect(other.progress == .open)
    }

    @Test func `a retried hello finds a common group`() throws {
        var contexts = try contexts()
        let server = TestServer(&contexts)
        // The first key share is of a group that is not ours.
        let client = TestClient(.init(groups: "P-521:P-384"))
        server.talk(with: client, step: 1)
        #expect(client.isEstablished)
        #expect(server.serverName == "a.example.com")
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", TLSFault.plainHTTP),
        ("POST / HTTP/1.1\r\n", .plainHTTP),
        ("CONNECT a:1 HTTP/1.1\r\n", .plainHTTP),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .malformed),
        ("\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}", .malformed),
        ("SSH-2.0-OpenSSH_9.2\r\n", .malformed),
    ])
    func `other protocols are told apart`(text: String, fault: TLSFault) throws {
        var contexts = try contexts()
        let server = TestServer(&contexts)
        _ = server.receive(Array(text.utf8))
        #expect(server.progress == .failed(fault))
    }

    /// A ClientHello of `count` bytes in records of `size`, which never ends.
    private func hello(_ count: Int, size: Int) -> [UInt8] {
        var body: [UInt8] = [1, UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255)]
        body += [3, 3] + [UInt8](repeating: 7, count: count - 2)
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: body.count, by: size) {
            let part = body[start..<min(body.count, start + size)]
            bytes += [22, 3, 1, UInt8(part.count >> 8), UInt8(part.count & 255)] + part
        }
        return bytes
    }

    @Test(arguments: [16_384, 1000, 1], [1, 4096])
    func `a hello above its limit is refused with an alert`(size: Int, step: Int) throws {
        var contexts = try contexts()
        let server = TestServer(&contexts)
        let sent = server.receive(hello(40_000, size: size), step: step)
        #expect(server.progress == .failed(.messageSize))
        #expect(sent == [21, 3, 3, 0, 2, 2, 47])
    }

    @Test func `renegotiation is refused`() throws {
        var contexts = try contexts()
        let server = TestServer(&contexts)
        let client = TestClient(.init(versions: TLS1_2_VERSION...TLS1_2_VERSION))
        server.talk(with: client)
        #expect(SSL_renegotiate(client.ssl) == 1)
        server.talk(with: client)
        // OpenSSL's client gives up by itself; ours only says no.
        #expect(client.reason == "no renegotiation")
        #expect(server.progress == .failed(.clientAlert))
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a changed record ends the connection`(version: CInt) throws {
        var contexts = try contexts()
        let server = TestServer(&contexts)
        let client = TestClient(.init(versions: version...version))
        server.talk(with: client)
        client.write(Array("first".utf8))
        _ = server.receive(client.take())
        client.write(Array("second".utf8))
        var bytes = client.take()
        bytes[bytes.count - 1] ^= 1
        client.receive(server.receive(bytes))
        #expect(server.progress == .failed(.record))
        #expect(server.plain == Array("first".utf8))
        #expect(client.reason?.contains("bad record mac") == true)
    }

    @Test func `a client's alert is the client's`() throws {
        var contexts = try contexts()
        let server = TestServer(&contexts)
        let client = TestClient()
        client.receive([])
        _ = server.receive(client.take())
        _ = server.receive([21, 3, 3, 0, 2, 2, 48])
        #expect(server.progress == .failed(.clientAlert))
    }

    @Test func `key updates without end do not fill our memory`() throws {
        var contexts = try contexts()
        guard var session = contexts.accept() else { return }
        let client = TestClient()
        var pool = ChunkPool()
        var input = Buffer()
        var plain = Buffer()
        var answers = Buffer()
        client.receive([])
        var progress = TLSProgress.handshaking
        for _ in 0..<4 {
            input.append(client.take().span, from: &pool)
            progress = session.open(&input, into: &plain, answers: &answers, from: &pool)
            client.receive(TestServer.take(&answers))
        }
        #expect(progress == .open)
        for _ in 0..<20_000 where progress == .open {
            SSL_key_update(client.ssl, SSL_KEY_UPDATE_REQUESTED)
            SSL_do_handshake(client.ssl)
            input.append(client.take().span, from: &pool)
            progress = session.open(&input, into: &plain, answers: &answers, from: &pool)
        }
        let waiting = answers.count
        #expect(progress == .failed(.answers))
        #expect(waiting <= 192 * 1024)
    }

    @Test func `reasons are labels of their own`() {
        let labels = TLSFault.allCases.map { "\($0.reason)" }
        #expect(Set(labels).count == labels.count)
        #expect(labels.allSatisfy { $0.hasPrefix("tls_") })
    }

    @Test(arguments: [
        (TLSPolicy.defaultCiphers, true), ("ECDHE-RSA-AES256-GCM-SHA384", true), ("", false),
        ("nonsense", false), ("ALL", false), ("AES128-SHA", false), ("HIGH", false),
        ("ECDHE-RSA-AES128-SHA256", false), ("DHE-RSA-AES128-GCM-SHA256", false),
        ("ECDHE+AESGCM:@SECLEVEL=0", false), ("ECDHE+AESGCM", true),
    ])
    func `lists of suites are checked`(list: String, isGood: Bool) {
        #expect(TLSPolicy.check(ciphers: list) == isGood)
        #expect(ERR_peek_error() == 0)
    }
}
