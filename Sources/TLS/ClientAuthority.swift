/// CA certificates that a host's clients are verified against, immutable and shared by all workers.
@safe
package final class ClientAuthority: Sendable {
    private init() {}

    /// Reads a PEM bundle; every certificate in it is trusted, intermediate ones too.
    package static func read(
        bundle: [UInt8]
    ) throws(CertificateFault) -> ClientAuthority {
        throw .noCertificate
    }
}

extension ClientAuthority: Equatable {
    /// Whether both hold the same certificates in the same order.
    package static func == (one: ClientAuthority, other: ClientAuthority) -> Bool { one === other }
}
