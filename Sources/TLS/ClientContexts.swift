internal import COpenSSL

/// One worker's side of TLS towards upstreams: makes a session for each connection that is dialled.
///
/// TLS 1.3 only, without server name, client certificate or resumption.
@safe
package struct ClientContexts: ~Copyable {
    private let context = WorkerContext()
    private var trust: TrustBundle?

    /// Nobody can be asked before a set with a trust bundle was adopted.
    package init() {}

    /// Verifies by this set's bundle from the next handshake on; established sessions go on.
    package mutating func adopt(_ set: CertificateSet) { trust = set.trust }

    /// A session for a connection to an upstream, whose first `open`, of nothing, gives the
    /// ClientHello; nil without a trust bundle, a name to expect, or memory.
    ///
    /// The upstream must show a certificate that the bundle vouches for, and whose SAN has one of
    /// the names: each stands behind its length in one byte, as protocols do in ALPN. The session
    /// keeps what it needs of them.
    package mutating func connect(
        names: Span<UInt8>, offering offer: ProtocolOffer
    ) -> TLSSession? {
        guard let trust else { return nil }
        return TLSSession.connect(context, trust, names: names, offering: offer)
    }
}

@available(*, unavailable) extension ClientContexts: Sendable {}
