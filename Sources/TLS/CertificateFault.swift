/// Why a certificate, key, staple or CA bundle is refused; never holds a byte of a key.
package enum CertificateFault: Error, Equatable, Sendable {
    /// The PEM text holds no certificate.
    case noCertificate
    /// The certificate with this position (from 1) does not parse.
    case unreadableCertificate(Int)
    /// More certificates than the limit.
    case tooMany(limit: Int)
    case noKey
    /// The key does not parse, or is encrypted.
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

    /// One line for people.
    package var text: String { "refused" }
}
