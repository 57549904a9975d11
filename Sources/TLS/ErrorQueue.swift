internal import COpenSSL

/// OpenSSL's queue of errors of this thread, which is empty whenever we are not inside a call.
///
/// A rest of an old error would end an innocent session: `SSL_get_error` looks there first.
enum ErrorQueue {
    static func clear() {
        ERR_clear_error()
    }

    /// Empties the queue; says what its first telling entry means of a client.
    static func take() -> TLSFault? { take(meaning(of:)) }

    /// The same of an upstream.
    static func takeOfUpstream() -> TLSFault? { take(meaningOfUpstream(of:)) }

    private static func take(_ meaning: (UInt) -> TLSFault?) -> TLSFault? {
        var fault: TLSFault?
        while true {
            let code = ERR_get_error()
            if code == 0 { return fault }
            if fault == nil { fault = meaning(code) }
        }
    }

    private static func meaning(of code: UInt) -> TLSFault? {
        guard ERR_GET_LIB(code) == ERR_LIB_SSL else { return nil }
        let reason = ERR_GET_REASON(code)
        if reason >= CInt(WEIR_ALERT_OFFSET) { return .clientAlert }
        return switch reason {
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_UNKNOWN_PROTOCOL,
            SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_INAPPROPRIATE_FALLBACK:
            .version
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS,
            SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
            .cipher
        case SSL_R_NO_APPLICATION_PROTOCOL: .applicationProtocol
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: .noClientCertificate
        case SSL_R_CERTIFICATE_VERIFY_FAILED: .clientCertificate
        case SSL_R_EXCESSIVE_MESSAGE_SIZE: .messageSize
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: .plainHTTP
        case CInt(ERR_R_MALLOC_FAILURE): .library
        default: nil
        }
    }

    private static func meaningOfUpstream(of code: UInt) -> TLSFault? {
        guard ERR_GET_LIB(code) == ERR_LIB_SSL else { return nil }
        let reason = ERR_GET_REASON(code)
        if reason >= CInt(WEIR_ALERT_OFFSET) {
            return switch reason - CInt(WEIR_ALERT_OFFSET) {
            case TLS1_AD_PROTOCOL_VERSION: .upstreamVersion
            case TLS1_AD_NO_APPLICATION_PROTOCOL: .upstreamProtocol
            default: .upstreamAlert
            }
        }
        return switch reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED: .upstreamUntrusted
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_NO_PROTOCOLS_AVAILABLE:
            .upstreamVersion
        case SSL_R_EXCESSIVE_MESSAGE_SIZE: .messageSize
        case CInt(ERR_R_MALLOC_FAILURE): .library
        default: nil
        }
    }
}
