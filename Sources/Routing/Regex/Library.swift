internal import CPCRE2

/// The PCRE2 library that the process is linked with.
package enum RegexLibrary {
    /// Its version and date as the library tells them, for `/version`.
    package static func version() -> String {
        // LIMIT: the library asks for 24 bytes; it tells how many it wrote, with the ending 0.
        var text = [UInt8](repeating: 0, count: 64)
        // SAFETY: `text` has more room than the library's version text needs, for this call only.
        let count = unsafe text.withUnsafeMutableBytes {
            unsafe pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), $0.baseAddress)
        }
        guard count > 0, count <= text.count else { return "" }
        return String(decoding: text[..<Int(count - 1)], as: UTF8.self)
    }
}
