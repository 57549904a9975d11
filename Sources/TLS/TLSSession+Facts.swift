/// What a finished handshake says of its connection.
extension TLSSession {
    package var isEstablished: Bool { false }

    package var version: TLSProtocol { .tls13 }

    package var isResumed: Bool { false }

    /// The server name that the client asked for, lower case; empty when it named none.
    package var serverName: Span<UInt8> {
        @_lifetime(borrow self)
        get { Span() }
    }

    /// The protocol chosen by ALPN; empty when the client offered none.
    package var alpn: Span<UInt8> {
        @_lifetime(borrow self)
        get { Span() }
    }

    /// The suite's name as in OpenSSL, such as `TLS_AES_128_GCM_SHA256`.
    package var cipher: Span<UInt8> {
        @_lifetime(borrow self)
        get { Span() }
    }

    /// Whether the certificate of this connection is good for the host (any case, no port).
    package func covers(host: Span<UInt8>) -> Bool { false }

    /// What was asked of the client, as `CertificateSet.policy(ofHost:)` counts it.
    package var policy: UInt32 { 0 }

    /// The client's certificate as X-Forwarded-Client-Cert writes it; empty when it showed none.
    ///
    /// Envoy's form: `Hash=…;Subject="…";URI=…;DNS=…`. Visible ASCII and blanks only.
    package var clientCertificate: Span<UInt8> {
        @_lifetime(borrow self)
        get { Span() }
    }
}
