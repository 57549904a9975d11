/// Why a certificate, key, staple or CA bundle is refused; never holds a byte of a key.
package enum CertificateFault: Error, Equatable, Sendable {
    /// The PEM text holds no certificate.
    case noCertificate
    /// The certificate with this position (from 1) does not parse.
    case unreadableCertificate(Int)
    /// More certificates than the limit.
    case tooMany(limit: Int)
    /// No key, one that does not parse, or an encrypted one.
    case unreadableKey
    /// The key does not belong to the first certificate.
    case keyMismatch
    /// Key type or size that clients refuse, such as `RSA 1024`.
    case weakKey(String)
    /// A certificate of the chain (position from 1) is signed with a broken digest.
    case weakSignature(Int)
    /// The certificate names no host.
    case noNames
    /// The OCSP response does not parse or is no good answer.
    case unreadableStaple
    /// The OCSP response is about another certificate.
    case foreignStaple

    /// One line for people.
    package var text: String {
        switch self {
        case .noCertificate: "no certificate in it"
        case .unreadableCertificate(let position): "certificate \(position) does not parse"
        case .tooMany(let limit): "more than \(limit) certificates"
        case .unreadableKey: "no private key that can be read (encrypted ones cannot)"
        case .keyMismatch: "the private key does not belong to the first certificate"
        case .weakKey(let key): "clients refuse this kind of key: \(key)"
        case .weakSignature(let position): "certificate \(position) is signed with a broken digest"
        case .noNames: "the certificate names no host"
        case .unreadableStaple: "the OCSP response does not parse or is no successful one"
        case .foreignStaple: "the OCSP response is about another certificate"
        }
    }
}
