internal import Bytes
internal import COpenSSL

/// What a handshake says of its connection; all but the server name only once it has ended.
extension TLSSession {
    package var isEstablished: Bool {
        // SAFETY: here and below, the state lives as long as the session.
        unsafe held.pointee.isEstablished
    }

    package var version: TLSProtocol {
        unsafe SSL_version(held.pointee.ssl) == TLS1_3_VERSION ? .tls13 : .tls12
    }

    package var isResumed: Bool { unsafe weir_is_resumed(held.pointee.ssl) == 1 }

    /// The server name that the client asked for, lower case; empty when it named none.
    package var serverName: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: a session's texts change during `open` only, which borrows exclude.
            let span = unsafe Span(_unsafeElements: held.pointee.serverName.bytes)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The protocol chosen by ALPN; empty when none was offered or chosen.
    package var alpn: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: the bytes belong to OpenSSL's object, as the texts above.
            var start: UnsafePointer<UInt8>?
            var count: UInt32 = 0
            unsafe SSL_get0_alpn_selected(held.pointee.ssl, &start, &count)
            let span = unsafe Span(
                _unsafeElements: UnsafeBufferPointer(start: start, count: Int(count)))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The protocol chosen by ALPN.
    package var negotiated: ApplicationProtocol { ApplicationProtocol(alpn) ?? .none }

    /// The suite's name as in OpenSSL, such as `TLS_AES_128_GCM_SHA256`.
    package var cipher: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: names of suites live as long as the process.
            let name = unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(held.pointee.ssl))
            let count = unsafe name.map { unsafe weir_length($0) } ?? 0
            let bytes = unsafe UnsafeRawBufferPointer(start: name, count: count)
            let span = unsafe Span<UInt8>(_unsafeBytes: bytes)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Whether the certificate of this connection is good for the host (any case, no port).
    package func covers(host: Span<UInt8>) -> Bool {
        // SAFETY: the session retains its certificate.
        guard let certificate = unsafe held.pointee.certificate else { return false }
        return unsafe certificate._withUnsafeGuaranteedRef { $0.covers(host) }
    }

    /// What was asked of the client, as `CertificateSet.policy(ofHost:)` counts it.
    package var policy: UInt32 { unsafe held.pointee.policy }

    /// The client's certificate as X-Forwarded-Client-Cert writes it; empty when it showed none.
    ///
    /// Envoy's form: `Hash=…;Subject="…";URI=…;DNS=…`. Visible ASCII and blanks only.
    package var clientCertificate: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: as `serverName`.
            let span = unsafe Span(_unsafeElements: held.pointee.clientText.bytes)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
