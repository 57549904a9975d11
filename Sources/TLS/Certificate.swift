/// A server certificate with its chain and private key, immutable and shared by all workers.
///
/// The key is never part of a description, a mirror or a fault.
@safe
package final class Certificate: Sendable {
    /// Names it is good for: DNS names of the SAN, lower case, wildcards as `*.x`.
    ///
    /// The common name counts only where there is no SAN. Addresses are left out: no route has one.
    package let names: [String]
    /// First and last second (Unix time) of the leaf.
    package let notBefore: Int64
    package let notAfter: Int64
    /// SHA-256 of the leaf, 32 bytes.
    package let fingerprint: [UInt8]

    private init() {
        names = []
        notBefore = 0
        notAfter = 0
        fingerprint = []
    }

    /// Reads PEM texts: the chain with the leaf first, the leaf's key, and an OCSP response (DER).
    ///
    /// Refused: what does not parse, a key of another certificate, keys below 112 bits of strength.
    /// An expired certificate is read: serving it is the operator's to see by its metric.
    package static func read(
        chain: [UInt8], key: [UInt8], staple: [UInt8]? = nil
    ) throws(CertificateFault) -> Certificate {
        throw .noCertificate
    }
}

extension Certificate: Equatable {
    /// Whether chain and staple are the same bytes.
    package static func == (one: Certificate, other: Certificate) -> Bool { one === other }
}
