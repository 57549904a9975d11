package import Bytes
internal import COpenSSL

/// The TLS of one connection: cipher text in, plain bytes out, and back; one pointer, no I/O.
///
/// Owned by one thread, that of the `ServerContexts` or `ClientContexts` it came from; both kinds
/// have the same calls.
@safe
package struct TLSSession: ~Copyable {
    /// SAFETY: made in `init(of:)`, freed in `deinit`, reached by nobody else but OpenSSL's
    /// callbacks during our calls; nil in `none`.
    private let state: UnsafeMutablePointer<SessionState>?

    private init() { unsafe state = nil }

    /// No session: what a plain connection holds; costs nothing.
    package static var none: TLSSession { TLSSession() }

    package var isNone: Bool { unsafe state == nil }

    /// SAFETY: takes the state over.
    private init(_ state: UnsafeMutablePointer<SessionState>) { unsafe self.state = unsafe state }

    /// A session that waits for a ClientHello; nil when there is no memory for one.
    static func accept(_ context: WorkerContext) -> TLSSession? {
        guard let session = make(of: context, offer: nil) else { return nil }
        // SAFETY: the session is whole.
        unsafe SSL_set_accept_state(session.held.pointee.ssl)
        return session
    }

    /// A session that has a ClientHello to say; nil without a name to expect or memory.
    static func connect(
        _ context: WorkerContext, _ trust: TrustBundle, names: Span<UInt8>,
        offering offer: ProtocolOffer
    ) -> TLSSession? {
        guard let session = make(of: context, offer: offer) else { return nil }
        // SAFETY: the session is whole; OpenSSL retains the store and copies the rest.
        let ssl = unsafe session.held.pointee.ssl
        let wire = offer.wire
        defer { ErrorQueue.clear() }
        guard unsafe weir_set_verify_store(ssl, trust.store) == 1,
            unsafe ExpectedNames.set(names, ssl),
            unsafe SSL_set_alpn_protos(ssl, wire, UInt32(wire.count)) == 0
        else { return nil }
        unsafe SSL_set_connect_state(ssl)
        return session
    }

    private static func make(of context: WorkerContext, offer: ProtocolOffer?) -> TLSSession? {
        // SAFETY: the SSL object takes over the BIO; the state holds it and the context.
        guard let ssl = unsafe SSL_new(context.context) else {
            ErrorQueue.clear()
            return nil
        }
        let state = UnsafeMutablePointer<SessionState>.allocate(capacity: 1)
        unsafe state.initialize(
            to: SessionState(ssl: ssl, context: .passRetained(context), offer: offer))
        let session = unsafe TLSSession(state)
        guard let pipe = unsafe CipherPipe.make(for: state) else {
            ErrorQueue.clear()
            return nil
        }
        unsafe SSL_set_bio(ssl, pipe, pipe)
        return session
    }

    deinit {
        guard let state = unsafe state else { return }
        // SAFETY: freeing the SSL object ends the BIO, the last that knows the state.
        unsafe SSL_free(state.pointee.ssl)
        unsafe state.pointee.serverName.free()
        unsafe state.pointee.clientText.free()
        unsafe state.pointee.certificate?.release()
        unsafe state.pointee.context.release()
        unsafe state.deallocate()
    }

    /// The state of a session that is one; to ask `none` is our bug.
    var held: UnsafeMutablePointer<SessionState> {
        // SAFETY: lives as long as the session.
        guard let state = unsafe state else { preconditionFailure("there is no TLS session") }
        return unsafe state
    }

    /// Takes all of `cipherText` (at most 64 KiB at a time) and says what came of it.
    ///
    /// What the other side wrote is appended to `plain`, what must be sent (handshake, alerts,
    /// tickets) to `answers`. After `.closed` and `.failed` bytes are dropped and the same is
    /// returned. The first call of a session with an upstream takes nothing and gives the
    /// ClientHello.
    package mutating func open(
        _ cipherText: inout Buffer, into plain: inout Buffer, answers: inout Buffer,
        from pool: inout ChunkPool
    ) -> TLSProgress {
        let state = unsafe held
        // SAFETY: the four are lent to us for this call; the state forgets them before its end.
        let progress = unsafe SessionState.open(state, &cipherText, &plain, &answers, &pool)
        cipherText.removeAll()
        return progress
    }

    /// Whether the other side said `close_notify`: without it its end may be anybody's (RFC 9112 §9.8).
    package var isClosed: Bool {
        // SAFETY: the state lives as long as the session.
        unsafe held.pointee.isClosed
    }

    /// Whether the handshake has ended since the last call; true once.
    package mutating func takeEstablished() -> Bool {
        let state = unsafe held
        // SAFETY: the state lives as long as the session.
        let isNews = unsafe state.pointee.isNews
        unsafe state.pointee.isNews = false
        return isNews
    }

    /// Appends both parts, in order, as records of up to 16 KiB; small parts share a record.
    ///
    /// Only on an established session. False when OpenSSL failed: close the connection. What waits
    /// in `cipherText` must leave room for it: 192 KiB in all.
    @discardableResult
    package mutating func seal(
        _ first: Span<UInt8>, _ second: Span<UInt8>, into cipherText: inout Buffer,
        from pool: inout ChunkPool
    ) -> Bool {
        let state = unsafe held
        // SAFETY: as in `open`.
        return unsafe SessionState.seal(state, first, second, &cipherText, &pool)
    }

    /// Appends `close_notify`, once; nothing before the handshake's end or after a fault.
    package mutating func sealClose(
        into cipherText: inout Buffer, from pool: inout ChunkPool
    ) {
        let state = unsafe held
        // SAFETY: as in `open`.
        unsafe SessionState.sealClose(state, &cipherText, &pool)
    }
}

@available(*, unavailable) extension TLSSession: Sendable {}
