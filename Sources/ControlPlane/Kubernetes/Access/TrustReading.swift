internal import NIOSSL

/// Reads certificates and keys of the Kubernetes client.
enum TrustReading {
    /// The certificates of a PEM text; nil where there is none, or one is broken.
    static func certificates(_ pem: [UInt8]) -> [NIOSSLCertificate]? {
        guard let found = try? NIOSSLCertificate.fromPEMBytes(pem), !found.isEmpty else {
            return nil
        }
        return found
    }

    /// The key of a PEM text; nil where there is none.
    static func key(_ pem: [UInt8]) -> NIOSSLPrivateKey? {
        try? NIOSSLPrivateKey(bytes: pem, format: .pem)
    }
}
