internal import Bytes
internal import COpenSSL

/// What is of sessions with upstreams only.
extension SessionState {
    /// Notes the end of the handshake; false when ALPN chose what was not offered.
    static func establish(
        _ state: UnsafeMutablePointer<SessionState>, having offer: ProtocolOffer
    ) -> Bool {
        // SAFETY: the chosen name belongs to OpenSSL's object.
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(state.pointee.ssl, &start, &count)
        let name = unsafe Span(
            _unsafeElements: UnsafeBufferPointer(start: start, count: Int(count)))
        guard let chosen = ApplicationProtocol(name), offer.allows(chosen) else {
            unsafe state.pointee.refuse(.upstreamProtocol)
            return false
        }
        unsafe state.pointee.isEstablished = true
        unsafe state.pointee.isNews = true
        return true
    }

    /// Empties the queue; says what went wrong with an upstream.
    static func upstreamFault(_ state: UnsafeMutablePointer<SessionState>) -> TLSFault {
        // SAFETY: the state is whole.
        let isEstablished = unsafe state.pointee.isEstablished
        switch ErrorQueue.takeOfUpstream() {
        case .upstreamUntrusted?: return unsafe verification(state.pointee.ssl)
        case let fault?: return fault
        case nil: return isEstablished ? .record : .upstreamMalformed
        }
    }

    private static func verification(_ ssl: OpaquePointer) -> TLSFault {
        // SAFETY: the result is a number.
        switch unsafe CInt(SSL_get_verify_result(ssl)) {
        case X509_V_ERR_HOSTNAME_MISMATCH: .upstreamName
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: .upstreamExpired
        default: .upstreamUntrusted
        }
    }
}
