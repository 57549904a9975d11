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
    /// No trusted CA vouches for the upstream's certificate, or it is too weak or not for servers.
    case upstreamUntrusted
    /// The upstream's certificate has none of the expected names.
    case upstreamName
    /// The upstream's certificate, or one above it, has expired or is not valid yet.
    case upstreamExpired
    /// The upstream does not speak TLS 1.3.
    case upstreamVersion
    /// ALPN with the upstream without a protocol in common, or it chose one that was not offered.
    case upstreamProtocol
    /// The upstream ended the handshake, or the connection, with a fatal alert.
    case upstreamAlert
    /// What the upstream says is no TLS, or breaks its rules during the handshake.
    case upstreamMalformed

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
        case .upstreamUntrusted: "tls_upstream_untrusted"
        case .upstreamName: "tls_upstream_name"
        case .upstreamExpired: "tls_upstream_expired"
        case .upstreamVersion: "tls_upstream_version"
        case .upstreamProtocol: "tls_upstream_alpn"
        case .upstreamAlert: "tls_upstream_alert"
        case .upstreamMalformed: "tls_upstream_malformed"
        }
    }

    /// A few words for people.
    package var text: StaticString {
        switch self {
        case .version: "the client speaks no version that is accepted"
        case .cipher: "no suite, group or signature algorithm in common"
        case .serverName: "no certificate for the server name"
        case .applicationProtocol: "no application protocol in common"
        case .noClientCertificate: "the client showed no certificate"
        case .clientCertificate: "the client's certificate does not verify"
        case .messageSize: "a handshake message is too large"
        case .plainHTTP: "plain HTTP on a TLS port"
        case .malformed: "what the client says is no TLS"
        case .clientAlert: "the client ended it with an alert"
        case .record: "a record does not decrypt"
        case .answers: "more answers are asked for than are read"
        case .library: "OpenSSL failed"
        case .upstreamUntrusted: "no trusted CA vouches for the upstream's certificate"
        case .upstreamName: "the upstream's certificate has none of the expected names"
        case .upstreamExpired: "the upstream's certificate has expired or is not valid yet"
        case .upstreamVersion: "the upstream does not speak TLS 1.3"
        case .upstreamProtocol: "the upstream speaks none of the offered protocols"
        case .upstreamAlert: "the upstream ended TLS with an alert"
        case .upstreamMalformed: "what the upstream says is no TLS"
        }
    }
}
