import Foundation

/// A certificate authority for one test: makes keys and certificates with the openssl command.
package final class Authority: Sendable {
    /// A certificate with its key.
    package struct Identity: Sendable {
        /// PEM texts.
        package var certificate: String
        package var key: String
        /// Where the same stand in files.
        package var certificatePath: String
        package var keyPath: String

        /// A Secret of the type kubernetes.io/tls.
        package func secret(_ name: String, namespace: String = "default") -> String {
            Manifests.secret(
                name, namespace: namespace, type: "kubernetes.io/tls",
                ["tls.crt": certificate, "tls.key": key])
        }
    }

    private let folder: ScratchFolder

    package init(_ name: String = "weir test authority") throws {
        folder = try ScratchFolder()
        try Self.openssl(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
                + ["-keyout", folder.path("ca.key"), "-out", folder.path("ca.crt")]
                + ["-days", "30", "-subj", "/CN=\(name)"]
                + ["-addext", "basicConstraints=critical,CA:TRUE"]
                + ["-addext", "keyUsage=critical,keyCertSign,cRLSign"])
    }

    /// The authority's own certificate: its path, and its text.
    package var path: String { folder.path("ca.crt") }
    package var certificate: String { folder.read("ca.crt") }

    /// Makes a certificate for these host names and addresses; the first name is its subject.
    package func issue(
        _ names: String..., addresses: [String] = [], days: Int = 30, uri: String? = nil
    ) throws -> Identity {
        let file = "\(UInt32.random(in: 0 ... .max))"
        let (certificate, key) = (folder.path(file + ".crt"), folder.path(file + ".key"))
        let alternatives =
            names.map { "DNS:\($0)" } + addresses.map { "IP:\($0)" }
            + (uri.map { ["URI:\($0)"] } ?? [])
        try Self.openssl(
            ["req", "-x509", "-CA", path, "-CAkey", folder.path("ca.key"), "-newkey", "ec"]
                + ["-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key]
                + ["-out", certificate, "-days", "\(days)", "-subj", "/CN=\(names[0])"]
                + ["-addext", "subjectAltName=\(alternatives.joined(separator: ","))"]
                + ["-addext", "basicConstraints=critical,CA:FALSE"]
                + ["-addext", "keyUsage=critical,digitalSignature"]
                + ["-addext", "extendedKeyUsage=serverAuth,clientAuth"])
        return Identity(
            certificate: folder.read(file + ".crt"), key: folder.read(file + ".key"),
            certificatePath: certificate, keyPath: key)
    }

    private static func openssl(_ arguments: [String]) throws {
        try Tool.succeed(["/usr/bin/openssl"] + arguments)
    }
}
