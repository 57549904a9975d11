internal import COpenSSL

/// CA certificates that upstreams are verified against, immutable and shared by all workers.
@safe
package final class TrustBundle: @unchecked Sendable {
    /// LIMIT: different certificates in a bundle.
    package static let countMax = 1024

    /// SAFETY: both owned here and freed in `deinit`; OpenSSL locks the store itself and counts
    /// references atomically, the stack is only read.
    let store: OpaquePointer
    private let certificates: OpaquePointer
    /// SHA-256 over the digests of the certificates, in order.
    private let content: [UInt8]
    /// Equal for bundles of equal certificates, in whatever order, and for no others; never 0.
    package let number: UInt32
    /// How many different certificates there are.
    package let count: Int

    /// Takes over the stack.
    private init(_ certificates: OpaquePointer, content: [UInt8]) {
        // SAFETY: the store takes references of its own.
        guard let store = unsafe X509_STORE_new() else {
            preconditionFailure("no memory for a trust bundle")
        }
        // A bundle may hold an intermediate CA alone, or an upstream's own certificate.
        unsafe X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        count = Int(unsafe weir_x509s_count(certificates))
        for position in 0..<CInt(count) {
            unsafe X509_STORE_add_cert(store, weir_x509s_at(certificates, position))
        }
        unsafe self.store = unsafe store
        unsafe self.certificates = unsafe certificates
        self.content = content
        number = AuthorityNumbers.take(content)
        ErrorQueue.clear()
    }

    deinit {
        AuthorityNumbers.giveBack(content)
        // SAFETY: sessions that still verify hold references of their own.
        unsafe X509_STORE_free(store)
        unsafe weir_x509s_free(certificates)
    }

    /// Reads a PEM text of one certificate or more; every one is trusted, intermediate ones too.
    package static func read(bundle: [UInt8]) throws(CertificateFault) -> TrustBundle {
        // SAFETY: the stack is freed here; the bundle holds references of its own.
        let stack = unsafe try PEMText.certificates(bundle, limit: PEMText.bundleMax)
        defer { unsafe weir_x509s_free(stack) }
        return unsafe try made(of: [stack])
    }

    /// All certificates of the bundles, which must be one at least.
    package static func joined(
        _ bundles: [TrustBundle]
    ) throws(CertificateFault) -> TrustBundle {
        if bundles.isEmpty { throw .noCertificate }
        // SAFETY: the bundles live during the call.
        return unsafe try made(of: bundles.map { unsafe $0.certificates })
    }

    /// Each certificate of the stacks once; what is in them stays theirs.
    private static func made(
        of stacks: [OpaquePointer]
    ) throws(CertificateFault) -> TrustBundle {
        // SAFETY: the stack is the bundle's from the last line; each certificate gets a reference
        // for it.
        guard let own = unsafe weir_x509s_new() else {
            preconditionFailure("no memory for a trust bundle")
        }
        var digests: Set<[UInt8]> = []
        for index in 0..<(unsafe stacks.count) {
            let stack = unsafe stacks[index]
            for position in 0..<(unsafe weir_x509s_count(stack)) {
                guard let certificate = unsafe weir_x509s_at(stack, position),
                    digests.insert(Digest.sha256(unsafe X509Facts.encoded(certificate))).inserted
                else { continue }
                unsafe X509_up_ref(certificate)
                unsafe weir_x509s_push(own, certificate)
            }
        }
        guard digests.count <= countMax else {
            unsafe weir_x509s_free(own)
            throw .tooMany(limit: countMax)
        }
        let sorted = digests.sorted { $0.lexicographicallyPrecedes($1) }
        return unsafe TrustBundle(own, content: Digest.sha256(sorted.flatMap(\.self)))
    }
}

extension TrustBundle: Equatable {
    /// Whether both hold the same certificates.
    package static func == (one: TrustBundle, other: TrustBundle) -> Bool {
        one.content == other.content
    }
}

extension TrustBundle: CustomStringConvertible {
    package var description: String { "\(count) CA certificate\(count == 1 ? "" : "s")" }
}
