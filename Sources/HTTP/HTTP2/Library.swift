internal import CNghttp2

/// What is told about the linked nghttp2.
package enum Library {
    /// The version of the nghttp2 that this process runs with, such as `1.52.0`; allocates.
    package static func version() -> String {
        // SAFETY: the library returns a constant record that lives as long as the process.
        guard let info = unsafe nghttp2_version(0) else { return "unknown" }
        // SAFETY: as above; its text ends with NUL.
        return unsafe String(cString: info.pointee.version_str)
    }
}
