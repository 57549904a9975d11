package import TLS

package struct CertificateSource: Sendable {
    package let secret: String
    package let names: [String]
    package let certificate: Certificate
}

package struct AuthoritySource: Sendable {
    package let host: String
    package let authority: ClientAuthority
    package let isRequired: Bool
}

extension Compilation {
    package var certificates: [CertificateSource] { [] }
    package var defaultCertificate: Certificate? { nil }
    package var authorities: [AuthoritySource] { [] }
    package var names: Set<String> { [] }
    package var nextStepAt: Int64? { nil }
    package var rollouts: [String: String] { [:] }
    package func lints() -> [ObjectFault] { [] }
}

extension ManifestStore {
    package mutating func compile(at now: Int64) -> Compilation { compile() }
    package mutating func served(at now: Int64) {}
    package mutating func restore(rollouts: [String: String]) {}
    package mutating func setAddresses(ofName name: String, _ ips: [[UInt8]]) {}
}
