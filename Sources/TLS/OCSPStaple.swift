internal import COpenSSL

/// An OCSP response that is handed out with its certificate.
struct OCSPStaple: Sendable {
    /// DER.
    let bytes: [UInt8]

    /// Refuses what is no successful response of the basic kind.
    init(_ bytes: [UInt8]) throws(CertificateFault) {
        self.bytes = bytes
        defer { ErrorQueue.clear() }
        // SAFETY: the response is parsed from the array during the call, and freed here.
        let isGood = unsafe bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            guard let response = unsafe d2i_OCSP_RESPONSE(nil, &start, buffer.count) else {
                return false
            }
            defer { unsafe OCSP_RESPONSE_free(response) }
            guard unsafe OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL,
                let basic = unsafe OCSP_response_get1_basic(response)
            else { return false }
            unsafe OCSP_BASICRESP_free(basic)
            return true
        }
        if !isGood { throw .unreadableStaple }
    }
}
