import Bytes
import Simulation
import TLS

/// The worker's certificate, made for the process, and clients that trust it.
final class SealStage: @unchecked Sendable {
    /// Making one costs more than a play.
    static let made = SealStage()

    let certificates: CertificateSet
    private let trust: CertificateSet

    private init() {
        let names = ["plain", "many", "user", "cookie", "none"].map { "\($0).test" }
        guard let made = SelfSigned(names: names, from: 0, until: 4_000_000_000),
            let trusted = try? TrustBundle.read(bundle: made.chain),
            let certificate = try? Certificate.read(chain: made.chain, key: made.key)
        else { preconditionFailure("no certificate could be made") }
        certificates = CertificateSet(
            entries: certificate.names.map { .init(name: $0, certificate: certificate) },
            defaultCertificate: certificate)
        trust = CertificateSet(entries: [], trust: trusted)
    }

    /// What seals a new connection of a client.
    func cipher(isHTTP2: Bool) -> (any WireCipher)? {
        var contexts = ClientContexts()
        contexts.adopt(trust)
        let wire = [UInt8(10)] + "plain.test".utf8
        guard
            let session = contexts.connect(
                names: wire.span, offering: isHTTP2 ? .http2OrHTTP1 : .http1)
        else { return nil }
        return ClientSeal(session)
    }
}
