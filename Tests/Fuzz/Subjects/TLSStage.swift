import Foundation
import TLS

/// Contexts of both sides with a certificate that is made for the process: no key is kept anywhere.
final class TLSStage {
    /// One for each thread: making one costs more than a conversation.
    static var made: TLSStage? {
        if let stage = Thread.current.threadDictionary["stage"] as? TLSStage { return stage }
        let stage = TLSStage()
        Thread.current.threadDictionary["stage"] = stage
        return stage
    }

    private var server: ServerContexts
    private var client = ClientContexts()
    private let wire = [UInt8(6)] + "a.test".utf8

    init?() {
        let made = SelfSigned(names: ["a.test", "*.b.test"], from: 0, until: 4_000_000_000)
        guard let made, let trust = try? TrustBundle.read(bundle: made.chain),
            let certificate = try? Certificate.read(chain: made.chain, key: made.key)
        else { return nil }
        server = ServerContexts(policy: TLSPolicy(), tickets: TicketKeys())
        server.adopt(
            CertificateSet(
                entries: certificate.names.map { .init(name: $0, certificate: certificate) },
                defaultCertificate: certificate))
        client.adopt(CertificateSet(entries: [], trust: trust))
    }

    /// A side that serves a client.
    func serving() throws(Finding) -> TLSSide {
        guard let session = server.accept() else { throw Finding("no session") }
        return TLSSide(session)
    }

    /// A side that asks an upstream.
    func asking() throws(Finding) -> TLSSide {
        let wire = wire
        guard let session = client.connect(names: wire.span, offering: .http2OrHTTP1) else {
            throw Finding("no session")
        }
        return TLSSide(session)
    }
}
