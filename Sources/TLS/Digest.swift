internal import COpenSSL

/// Digests by OpenSSL; for names and hashes that Knative defines, on the control plane's side.
package enum Digest {
    /// SHA-256: 32 bytes (FIPS 180-4).
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        // SAFETY: never freed.
        unsafe digest(bytes, fetchedSHA256)
    }

    /// MD5: 16 bytes (RFC 1321); to shorten names as Knative does, never to protect anything.
    package static func md5(_ bytes: [UInt8]) -> [UInt8] {
        // SAFETY: the library's own constant.
        unsafe digest(bytes, EVP_md5())
    }

    /// SHA-1: 20 bytes (FIPS 180-4); for a WebSocket's handshake (RFC 6455 §4.2.2), never to protect
    /// anything.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        // SAFETY: the library's own constant.
        unsafe digest(bytes, EVP_sha1())
    }

    /// Found once: the library would look for it at each call, under a lock.
    ///
    /// SAFETY: made once, never changed or freed; without it, the library's own constant serves.
    nonisolated(unsafe) private static let fetchedSHA256: OpaquePointer? =
        unsafe EVP_MD_fetch(nil, "SHA256", nil) ?? EVP_sha256()

    private static func digest(_ bytes: [UInt8], _ algorithm: OpaquePointer?) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        // SAFETY: the library reads `bytes` and writes at most EVP_MAX_MD_SIZE bytes and the
        // count, all during the call.
        let done = unsafe EVP_Digest(bytes, bytes.count, &result, &count, algorithm, nil)
        precondition(done == 1, "OpenSSL lacks a digest")
        result.removeLast(result.count - Int(count))
        return result
    }
}
