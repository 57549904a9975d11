internal import Bytes
internal import COpenSSL

/// A server certificate with its chain and private key, immutable and shared by all workers.
///
/// The key is never part of a description, a mirror or a fault.
@safe
package final class Certificate: @unchecked Sendable {
    /// Names it is good for: DNS names of the SAN, lower case, wildcards as `*.x`.
    ///
    /// The common name counts only where the SAN has none. Addresses are left out: no route has one.
    package let names: [String]
    /// First second (Unix time) at which the leaf is good.
    package let notBefore: Int64
    /// Last second (Unix time) at which the leaf is good.
    package let notAfter: Int64
    /// SHA-256 of the leaf, 32 bytes.
    package let fingerprint: [UInt8]
    /// SHA-256 over all that clients see: leaf, chain, staple.
    private let content: [UInt8]
    /// `names`, for look-ups.
    private let index: HostNames

    /// SAFETY: owned here and freed in `deinit`; only read after `read`, and OpenSSL counts its
    /// own references atomically, so all workers may use them.
    let leaf: OpaquePointer
    let chain: OpaquePointer
    let key: OpaquePointer
    /// The OCSP response (DER), if one was given.
    let staple: OCSPStaple?

    /// Takes over the leaf, the stack of the rest, and the key.
    private init(
        leaf: OpaquePointer, chain: OpaquePointer, key: OpaquePointer, staple: OCSPStaple?
    ) {
        // SAFETY: the three are valid; readers only look at them.
        unsafe self.leaf = unsafe leaf
        unsafe self.chain = unsafe chain
        unsafe self.key = unsafe key
        self.staple = staple
        names = unsafe X509Facts.names(leaf)
        unsafe notBefore = X509Facts.seconds(X509_get0_notBefore(leaf))
        unsafe notAfter = X509Facts.seconds(X509_get0_notAfter(leaf))
        fingerprint = Digest.sha256(unsafe X509Facts.encoded(leaf))
        var seen = unsafe X509Facts.encoded(leaf)
        for position in 0..<(unsafe weir_x509s_count(chain)) {
            seen += unsafe weir_x509s_at(chain, position).map { unsafe X509Facts.encoded($0) } ?? []
        }
        content = Digest.sha256(seen + (staple?.bytes ?? []))
        index = HostNames(names.map { ($0, 0) })
    }

    deinit {
        // SAFETY: sessions that still use them hold references of their own.
        unsafe X509_free(leaf)
        unsafe weir_x509s_free(chain)
        unsafe EVP_PKEY_free(key)
    }

    /// Reads PEM texts: the chain with the leaf first, the leaf's key, and an OCSP response (DER).
    ///
    /// Refused: what does not parse, a key of another certificate, keys below 112 bits of strength.
    /// An expired certificate is read: serving it is the operator's to see by its metric.
    package static func read(
        chain: [UInt8], key: [UInt8], staple: [UInt8]? = nil
    ) throws(CertificateFault) -> Certificate {
        // SAFETY: each object has one owner: this function, from the last line the certificate.
        let stack = unsafe try PEMText.certificates(chain, limit: PEMText.chainMax)
        let pair: OpaquePointer
        let response: OCSPStaple?
        do throws(CertificateFault) {
            response = try staple.map { bytes throws(CertificateFault) in
                unsafe try OCSPStaple(bytes, of: weir_x509s_at(stack, 0))
            }
            unsafe pair = try PEMText.key(key)
        } catch {
            unsafe weir_x509s_free(stack)
            throw error
        }
        guard let leaf = unsafe weir_x509s_shift(stack) else {
            preconditionFailure("a stack of certificates is empty")
        }
        let certificate = unsafe Certificate(
            leaf: leaf, chain: stack, key: pair, staple: response)
        try certificate.check()
        return certificate
    }

    private func check() throws(CertificateFault) {
        defer { ErrorQueue.clear() }
        // SAFETY: the objects are ours and whole.
        guard unsafe X509_check_private_key(leaf, key) == 1 else { throw .keyMismatch }
        if let weak = unsafe X509Facts.weakness(ofKey: key) { throw .weakKey(weak) }
        for position in 0...(unsafe weir_x509s_count(chain)) {
            let next = unsafe position == 0 ? leaf : weir_x509s_at(chain, position - 1)
            if let next = unsafe next, unsafe X509Facts.isWeaklySigned(next) {
                throw .weakSignature(Int(position) + 1)
            }
        }
        if names.isEmpty { throw .noNames }
    }

    /// Whether it is good for the host: any case, no port, a final dot is ignored.
    package func covers(_ host: Span<UInt8>) -> Bool { index.find(host) != nil }
}

extension Certificate: Equatable {
    /// Whether leaf, chain and staple are the same bytes.
    package static func == (one: Certificate, other: Certificate) -> Bool {
        one.content == other.content
    }
}

extension Certificate: CustomStringConvertible, CustomReflectable {
    package var description: String { "certificate of \(names.first ?? "nobody")" }
    package var customMirror: Mirror { Mirror(self, children: ["names": names]) }
}
