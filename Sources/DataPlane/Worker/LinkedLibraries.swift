import HTTP
import Routing
import TLS

/// The C libraries that the data plane is linked with.
package enum LinkedLibraries {
    /// Their versions by name; for `/version` and `weir_build_info`.
    package static var versions: [String: String] {
        [
            "nghttp2": Library.version(), "openssl": OpenSSLLibrary.version,
            "pcre2": RegexLibrary.version(),
        ]
    }
}
