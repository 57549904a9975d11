/// Why a connection's TLS ended before its time.
package enum TLSFault: UInt8, Error, BitwiseCopyable, Sendable, CaseIterable {
    /// The client speaks no version that we accept.
    case version
    /// No suite, group or signature algorithm in common.
    case cipher
    /// No certificate for the server name.
    case serverName
    /// ALPN without a protocol in common.
    case applicationProtocol
    /// A client certificate is required and none came.
    case noClientCertificate
    /// The client's certificate does not verify.
    case clientCertificate
    /// A ClientHello, or another handshake message, above its limit.
    case messageSize
    /// A plain HTTP request on a TLS port.
    case plainHTTP
    /// Other bytes that are no TLS, or break its rules during the handshake.
    case malformed
    /// The client ended the handshake, or the connection, with a fatal alert.
    case clientAlert
    /// A record that does not decrypt, or breaks the rules, after the handshake.
    case record
    /// The client asks for more answers than it reads.
    case answers
    /// OpenSSL failed for a reason of our own, such as memory.
    case library

    /// The label's value in `weir_rejected_requests_total{reason}`.
    package var reason: StaticString {
        switch self {
        case .version: "tls_version"
        case .cipher: "tls_no_shared_cipher"
        case .serverName: "tls_server_name"
        case .applicationProtocol: "tls_alpn"
        case .noClientCertificate: "tls_no_client_certificate"
        case .clientCertificate: "tls_client_certificate"
        case .messageSize: "tls_message_size"
        case .plainHTTP: "tls_plain_http"
        case .malformed: "tls_malformed"
        case .clientAlert: "tls_client_alert"
        case .record: "tls_record"
        case .answers: "tls_answers"
        case .library: "tls_library"
        }
    }
}
