internal import COpenSSL

/// The OpenSSL library that this process is linked with.
package enum OpenSSLLibrary {
    /// Its version as it says it, such as `OpenSSL 3.0.19 27 Jan 2026`.
    package static var version: String {
        // SAFETY: the library returns a string of its own that lives as long as the process.
        unsafe String(cString: OpenSSL_version(OPENSSL_VERSION))
    }
}
