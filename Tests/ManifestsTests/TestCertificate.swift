import Foundation

/// Certificates made by the `openssl` command, in PEM, once per run.
struct TestCertificate: Sendable {
    let chain: String
    let key: String

    /// Self-signed, good for these names, the first one also its common name.
    init(_ names: String...) {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "weir-manifests-\(UUID().uuidString)")
        let keyFile = folder.appending(path: "key.pem")
        let chainFile = folder.appending(path: "chain.pem")
        var text = ("", "")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=\(names[0])",
                "-addext", "subjectAltName=\(names.map { "DNS:\($0)" }.joined(separator: ","))",
                "-keyout", keyFile.path(), "-out", chainFile.path(),
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            text.0 = try String(contentsOf: chainFile, encoding: .utf8)
            text.1 = try String(contentsOf: keyFile, encoding: .utf8)
        } catch {
            // An empty PEM text: every test that needs it says so.
        }
        try? FileManager.default.removeItem(at: folder)
        (chain, key) = text
    }

    static let a = TestCertificate("a.test", "*.b.test")
    static let other = TestCertificate("a.test", "other.test")
    static let hello = TestCertificate("hello.default.example.com")
}

/// Secrets as manifests.
enum Secret {
    static func tls(
        _ name: String, chain: String, key: String, created: String? = nil,
        namespace: String = "default"
    ) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: \(name)
          namespace: \(namespace)
        \(created.map { "  creationTimestamp: \"\($0)\"" } ?? "")
        type: kubernetes.io/tls
        data:
          tls.crt: \(Data(chain.utf8).base64EncodedString())
          tls.key: \(Data(key.utf8).base64EncodedString())
        ---

        """
    }

    static func tls(
        _ name: String, _ certificate: TestCertificate, created: String? = nil,
        namespace: String = "default"
    ) -> String {
        tls(
            name, chain: certificate.chain, key: certificate.key, created: created,
            namespace: namespace)
    }

    /// A Secret that vouches for clients.
    static func authority(_ name: String, bundle: String) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: \(name)}
        data:
          ca.crt: \(Data(bundle.utf8).base64EncodedString())
        ---

        """
    }
}
