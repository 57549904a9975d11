import Bytes
import COpenSSL
import TLS
import Testing

/// A set with one certificate under its own names, which is the default too.
func singleSet(_ authority: TestAuthority, _ names: String...) throws -> CertificateSet {
    let pair = authority.leaf(.init(names: names))
    let certificate = try Certificate.read(chain: pair.chain, key: pair.key)
    return CertificateSet(
        entries: names.map { .init(name: $0, certificate: certificate) },
        defaultCertificate: certificate)
}

struct SessionTests {
    private let authority = TestAuthority()

    private func contexts(_ policy: TLSPolicy = TLSPolicy()) throws -> ServerContexts {
        var contexts = ServerContexts(policy: policy, tickets: TicketKeys())
        contexts.adopt(try singleSet(authority, "a.example.com"))
        return contexts
    }

    @Test func `no session is cheap and says so`() {
        let none = TLSSession.none
        let isNone = none.isNone
        #expect(isNone)
        #expect(MemoryLayout<TLSSession>.size == 8)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [1, 2, 7, 100, 16_384])
    func `both sides talk, however the bytes are cut`(version: CInt, step: Int) throws {
        var contexts = try contexts()
        let server = TestServer(&contexts)
        let client = TestClient(.init(versions: version...version, alpn: ["h9", "http/1.1"]))
        server.talk(with: client, step: step)
        #expect(server.progress == .open)
        try #require(client.isEstablished, "\(client.reason ?? "") \(server.progress)")
        #expect(server.takeEstablished())
        #expect(!server.takeEstablished())
        #expect(server.version == (version == TLS1_3_VERSION ? .tls13 : .tls12))
        #expect(!server.isResumed)
        #expect(server.serverName == "a.example.com")
        #expect(server.alpn == "http/1.1")
        #expect(server.cipher.contains("AES_128_GCM") || server.cipher.contains("AES128-GCM"))
        #expect(server.covers("A.example.com."))
        #expect(!server.covers("b.example.com"))

        let question = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        client.write(question)
        #expect(server.receive(client.take(), step: step) == [])
        #expect(server.plain == question)
        client.receive(server.seal(Array("head".utf8), question))
        #expect(client.plain == Array("head".utf8) + question)

        client.close()
        _ = server.receive(client.take(), step: step)
        #expect(server.progress == .closed)
        client.receive(server.close())
        #expect(client.isClosed)
        #expect(server.close() == [])
    }
}
