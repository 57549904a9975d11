import TLS
import Testing

/// Bundles of CA certificates.
struct TrustBundleTests {
    private let one = TestAuthority(common: "one")
    private let two = TestAuthority(common: "two")

    private func read(_ pem: [UInt8]) throws(CertificateFault) -> TrustBundle {
        try TrustBundle.read(bundle: pem)
    }

    @Test func `equal certificates are equal trust, in any order`() throws {
        let first = try read(one.pem + two.pem)
        let second = try read(Array("# ours\n".utf8) + two.pem + one.pem + two.pem)
        #expect(first == second && first.number == second.number)
        #expect(first.count == 2 && second.count == 2)
        #expect(second.description == "2 CA certificates")
        let single = try read(one.pem)
        #expect(single != first && single.number != first.number)
        #expect(single.number != 0)
    }

    @Test func `bundles are joined`() throws {
        let both = try read(one.pem + two.pem)
        let joined = try TrustBundle.joined([try read(two.pem), try read(one.pem), both])
        #expect(joined == both && joined.number == both.number)
        #expect(throws: CertificateFault.noCertificate) { try TrustBundle.joined([]) }
    }

    @Test func `a number is not given out twice`() throws {
        let number = try read(one.pem).number
        #expect(try read(two.pem).number != number)
    }

    @Test(arguments: [
        "", "nothing", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    ])
    func `a bundle must hold certificates`(text: String) {
        #expect(throws: CertificateFault.noCertificate) { try read(Array(text.utf8)) }
    }

    @Test func `one certificate that does not parse spoils all`() {
        let broken = Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
        #expect(throws: CertificateFault.unreadableCertificate(2)) { try read(one.pem + broken) }
        #expect(throws: CertificateFault.unreadableCertificate(1)) {
            try read(Array(one.pem.prefix(200)))
        }
    }

    @Test func `more than the limit is refused`() {
        let many = (0..<257).flatMap { _ in one.pem }
        #expect(throws: CertificateFault.tooMany(limit: 256)) { try read(many) }
    }
}
