internal import Foundation
internal import Reactor

/// A credential that a plugin gave.
struct ExecAnswer: Sendable {
    var token: SecretText?
    var certificate: SecretText?
    var key: SecretText?
    /// Seconds since 1970; nil when it does not end.
    var expiresAt: Double?

    /// Whether it ends within a few seconds, or has ended.
    var isExpired: Bool {
        guard let expiresAt else { return false }
        return Double(Clock.wall()) / 1e9 > expiresAt - 10
    }

    /// Reads what a plugin printed; throws what is wrong with it, without any of it.
    init(_ bytes: [UInt8], version: String) throws(ExecRefusal) {
        guard let reply = try? JSONDecoder().decode(Reply.self, from: Data(bytes)) else {
            throw ExecRefusal("what it printed is no ExecCredential")
        }
        guard reply.kind == "ExecCredential", reply.apiVersion == version else {
            throw ExecRefusal(
                "it printed another kind or version than ExecCredential of \(version)")
        }
        guard let status = reply.status else { throw ExecRefusal("its answer has no status") }
        let certificate = status.clientCertificateData ?? ""
        let key = status.clientKeyData ?? ""
        let token = status.token ?? ""
        guard certificate.isEmpty == key.isEmpty else {
            throw ExecRefusal("its answer has one of certificate and key, both would be right")
        }
        guard !token.isEmpty || !key.isEmpty else {
            throw ExecRefusal("its answer has neither token nor certificate")
        }
        if !token.isEmpty { self.token = SecretText(token) }
        if !key.isEmpty {
            self.certificate = SecretText(certificate)
            self.key = SecretText(key)
        }
        guard let text = status.expirationTimestamp else { return }
        let whole = Date.ISO8601FormatStyle()
        let fraction = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? whole.parse(text)) ?? (try? fraction.parse(text)) else {
            throw ExecRefusal("its expirationTimestamp is no time like 2026-01-02T15:04:05Z")
        }
        expiresAt = date.timeIntervalSince1970
    }

    private struct Reply: Decodable {
        var apiVersion: String?
        var kind: String?
        var status: Status?
    }

    private struct Status: Decodable {
        var token: String?
        var clientCertificateData: String?
        var clientKeyData: String?
        var expirationTimestamp: String?
    }
}

/// Why a plugin's answer is refused; shows nothing of it.
struct ExecRefusal: Error {
    let text: String

    init(_ text: String) { self.text = text }
}
