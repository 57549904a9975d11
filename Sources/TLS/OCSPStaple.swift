internal import COpenSSL

/// An OCSP response that is handed out with its certificate (RFC 6066 §8).
struct OCSPStaple: Sendable {
    /// DER.
    let bytes: [UInt8]
    /// Unix time of its nextUpdate; clients refuse it later.
    private let end: Int64

    /// Refuses what is no successful basic response, or one about another certificate.
    init(_ bytes: [UInt8], of leaf: OpaquePointer) throws(CertificateFault) {
        self.bytes = bytes
        defer { ErrorQueue.clear() }
        // SAFETY: each object is parsed out of the array or another object, and freed here.
        let response = unsafe bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_OCSP_RESPONSE(nil, &start, buffer.count)
        }
        guard let response = unsafe response else { throw .unreadableStaple }
        defer { unsafe OCSP_RESPONSE_free(response) }
        guard unsafe OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL,
            let basic = unsafe OCSP_response_get1_basic(response)
        else { throw .unreadableStaple }
        defer { unsafe OCSP_BASICRESP_free(basic) }
        guard let single = unsafe OCSP_resp_get0(basic, 0) else { throw .unreadableStaple }
        var serial: UnsafeMutablePointer<ASN1_INTEGER>?
        let about = unsafe OCSP_SINGLERESP_get0_id(single)
        unsafe OCSP_id_get0_info(nil, nil, nil, &serial, about)
        guard let serial = unsafe serial,
            unsafe ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf)) == 0
        else { throw .foreignStaple }
        var next: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        unsafe OCSP_single_get0_status(single, nil, nil, nil, &next)
        unsafe end = next.map { unsafe X509Facts.seconds($0) } ?? .max
    }

    /// Whether clients still take it, by OpenSSL's clock.
    var isFresh: Bool {
        if end == .max { return true }
        // SAFETY: the time is made and freed here.
        guard let time = unsafe ASN1_TIME_set(nil, Int(end)) else { return false }
        defer { unsafe ASN1_STRING_free(time) }
        return unsafe X509_cmp_current_time(time) > 0
    }
}
