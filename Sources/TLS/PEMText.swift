internal import COpenSSL

/// Certificates and keys out of PEM text.
enum PEMText {
    /// LIMIT: certificates in one text.
    static let chainMax = 16
    static let bundleMax = 256

    /// All certificates in order, at least one; the caller frees the stack.
    static func certificates(
        _ text: [UInt8], limit: Int
    ) throws(CertificateFault) -> OpaquePointer {
        // SAFETY: the stack belongs to this function until it is returned or freed.
        guard let stack = unsafe weir_x509s_new() else { throw .noCertificate }
        let fault = unsafe fill(stack, text, limit)
        ErrorQueue.clear()
        guard let fault else { return unsafe stack }
        unsafe weir_x509s_free(stack)
        throw fault
    }

    private static func fill(
        _ stack: OpaquePointer, _ text: [UInt8], _ limit: Int
    ) -> CertificateFault? {
        // SAFETY: the reader looks at `text` only inside the closure; a certificate belongs to the
        // stack once it is pushed.
        unsafe text.withUnsafeBytes { bytes in
            guard let reader = unsafe reader(bytes) else { return .noCertificate }
            defer { unsafe BIO_free(reader) }
            while true {
                let count = Int(unsafe weir_x509s_count(stack))
                guard let next = unsafe PEM_read_bio_X509(reader, nil, noPassword, nil) else {
                    let code = ERR_peek_last_error()
                    if ERR_GET_LIB(code) == ERR_LIB_PEM, ERR_GET_REASON(code) == PEM_R_NO_START_LINE
                    {
                        return count == 0 ? .noCertificate : nil
                    }
                    return .unreadableCertificate(count + 1)
                }
                guard count < limit, unsafe weir_x509s_push(stack, next) > 0 else {
                    unsafe X509_free(next)
                    return .tooMany(limit: limit)
                }
            }
        }
    }

    /// The first private key; the caller frees it.
    static func key(_ text: [UInt8]) throws(CertificateFault) -> OpaquePointer {
        // SAFETY: the reader looks at `text` only inside the closure.
        let key: OpaquePointer? = unsafe text.withUnsafeBytes { bytes in
            guard let reader = unsafe reader(bytes) else { return nil }
            defer { unsafe BIO_free(reader) }
            return unsafe PEM_read_bio_PrivateKey(reader, nil, noPassword, nil)
        }
        ErrorQueue.clear()
        guard let key = unsafe key else { throw .unreadableKey }
        return unsafe key
    }

    /// A BIO that reads these bytes in place.
    private static func reader(_ bytes: UnsafeRawBufferPointer) -> OpaquePointer? {
        // SAFETY: the caller frees the BIO before the bytes go.
        guard let start = bytes.baseAddress, let count = CInt(exactly: bytes.count) else {
            return nil
        }
        return unsafe BIO_new_mem_buf(start, count)
    }
}

/// Without it OpenSSL would ask the terminal for a password.
private func noPassword(
    _: UnsafeMutablePointer<CChar>?, _: CInt, _: CInt, _: UnsafeMutableRawPointer?
) -> CInt {
    -1
}
