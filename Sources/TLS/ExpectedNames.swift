internal import COpenSSL

/// The names of which an upstream's certificate must have one.
enum ExpectedNames {
    /// Only whole names in the SAN count: no wildcard, no common name.
    private static let flags = UInt32(
        X509_CHECK_FLAG_NO_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)

    /// Has the session verify the names, each behind its length in one byte; false when there is
    /// none, or one that is no name: without any, OpenSSL would check nothing.
    static func set(_ names: Span<UInt8>, _ ssl: OpaquePointer) -> Bool {
        // SAFETY: the parameters belong to the session; names are copied.
        let parameters = unsafe SSL_get0_param(ssl)
        unsafe X509_VERIFY_PARAM_set_hostflags(parameters, flags)
        var start = 0
        while start < names.count {
            let count = Int(names[start])
            let end = start + 1 + count
            // A leading dot would mean every name below.
            guard count > 0, end <= names.count, names[start + 1] != UInt8(ascii: ".") else {
                return false
            }
            let isAdded = unsafe names.extracting(start + 1..<end).withUnsafeBytes { bytes in
                unsafe X509_VERIFY_PARAM_add1_host(
                    parameters, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), count)
                    == 1
            }
            guard isAdded else { return false }
            start = end
        }
        return start > 0
    }
}
