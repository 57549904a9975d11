import Foundation
import TestSupport
import Testing

/// testssl.sh against the TLS listener; its report is kept in Tests/Reports/testssl.txt.
///
/// It takes minutes, so that it runs (and writes the report anew) only with `WEIR_TESTSSL=1`.
@Suite struct `testssl` {
    /// One line of its report.
    private struct Finding: Decodable {
        var id: String
        var severity: String
        var finding: String
    }

    /// What is said of a certificate that only this test trusts.
    private static let ofTestCertificates = [
        "cert_revocation", "cert_trust", "cert_chain_of_trust",
    ]

    @Test(.enabled(if: ProcessInfo.processInfo.environment["WEIR_TESTSSL"] != nil))
    func `finds nothing above LOW`() throws {
        let upstream = try ScriptedUpstream(answering: { _ in
            // What a site says of itself is not the gateway's affair, but is looked at.
            response(
                "200 OK", "Strict-Transport-Security: max-age=31536000; includeSubDomains",
                "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY",
                "Content-Security-Policy: default-src 'none'", "Referrer-Policy: no-referrer")
        })
        defer { upstream.stop() }
        let authority = try Authority()
        let files = try [
            "site.yaml": Manifests.file(
                Manifests.ingress("site", hosts: ["localhost"], to: "site-1"),
                Manifests.revision("site-1", ports: [upstream.port]),
                authority.issue("localhost", days: 365).secret("site"))
        ]
        try withGateway(files, settings: ["default-certificate": "default/site"]) {
            gateway throws in
            let scratch = try ScratchFolder()
            // With 3.0.8 `-n none` and `--ip one` exclude one another: the address says the same.
            let command = [
                "/usr/bin/testssl", "-n", "none", "--ip", "127.0.0.1", "--quiet", "--color", "0",
                "--warnings", "batch", "--add-ca", authority.path, "--jsonfile",
                scratch.path("report.json"), "localhost:\(gateway.externalTLS)",
            ]
            let output = try Tool.run(command, within: .seconds(900))
            try keep(command, output.stdout)
            let report = try JSONDecoder().decode(
                [Finding].self, from: Data(scratch.read("report.json").utf8))
            #expect(report.count > 100, "\(output.ending) \(output.stderr)")
            for finding in report where !Self.ofTestCertificates.contains(finding.id) {
                let isGood = !["MEDIUM", "HIGH", "CRITICAL", "FATAL"].contains(finding.severity)
                #expect(isGood, "\(finding)")
            }
        }
    }

    private func keep(_ command: [String], _ report: String) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Reports").path
        let line = command.map { $0.hasSuffix(".crt") ? "CA.crt" : $0 }
            .map { $0.hasSuffix(".json") ? "report.json" : $0 }.joined(separator: " ")
        try ManifestFolder(path: folder).write("testssl.txt", line + "\n" + report)
    }
}
