internal import COpenSSL

/// The OpenSSL library that this process is linked with.
package enum OpenSSLLibrary {
    /// Has the library leave to the system what it holds when the process ends.
    ///
    /// Other threads may still be about to use it then, or to free what is theirs. Before its first use.
    package static func keepUntilExit() {
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    }

    /// Its version as it says it, such as `OpenSSL 3.0.19 27 Jan 2026`.
    package static var version: String {
        // SAFETY: the library returns a string of its own that lives as long as the process.
        unsafe String(cString: OpenSSL_version(OPENSSL_VERSION))
    }
}
