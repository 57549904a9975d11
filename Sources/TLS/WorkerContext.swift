internal import Bytes
internal import COpenSSL

/// What the sessions of one worker share: OpenSSL's context, scratch, and what is served.
///
/// Sessions retain it, so it outlives the `ServerContexts` or `ClientContexts` that made it. Owned
/// by one thread.
@safe
final class WorkerContext {
    /// LIMIT: the largest certificate list of the other side in bytes, and the longest chain in it.
    private static let chainBytesMax = 32 * 1024
    private static let chainDepthMax: CInt = 8
    /// Seconds that a session may be resumed.
    private static let sessionSeconds = 4 * 3600
    /// Plain bytes in a record (RFC 8446 §5.1).
    static let recordMax = 16 * 1024

    /// SAFETY: owned here; sessions hold references of their own.
    let context: OpaquePointer
    /// SAFETY: `recordMax` bytes, owned here; used inside one call at a time.
    let scratch: UnsafeMutablePointer<UInt8>
    /// Nil where upstreams are asked.
    let served: ServedChoices?

    /// For sessions with clients.
    init(policy: TLSPolicy, tickets: TicketKeys) {
        // SAFETY: the context is made here and belongs to this object.
        unsafe context = Self.make(
            TLS_server_method(), policy.minVersion == .tls12 ? TLS1_2_VERSION : TLS1_3_VERSION)
        unsafe scratch = .allocate(capacity: Self.recordMax)
        served = ServedChoices(protocols: policy.alpn, tickets: tickets)
        unsafe Self.prepareServer(context, policy)
    }

    /// For sessions with upstreams: TLS 1.3, and the upstream's certificate is always verified.
    init() {
        // SAFETY: as above.
        unsafe context = Self.make(TLS_client_method(), TLS1_3_VERSION)
        unsafe scratch = .allocate(capacity: Self.recordMax)
        served = nil
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    deinit {
        // SAFETY: owned here, and no session is left.
        unsafe SSL_CTX_free(context)
        unsafe scratch.deallocate()
    }

    /// What both sides have in common.
    private static func make(_ method: OpaquePointer?, _ minVersion: CInt) -> OpaquePointer {
        // SAFETY: a process without memory for a context cannot go on.
        guard let context = unsafe SSL_CTX_new(method) else {
            preconditionFailure("OpenSSL makes no context")
        }
        unsafe SSL_CTX_set_security_level(context, 2)
        let isPrepared =
            unsafe weir_ctx_set_min_version(context, minVersion) == 1
            && SSL_CTX_set_ciphersuites(context, TLSPolicy.suites) == 1
            && weir_ctx_set_groups(context, TLSPolicy.groups) == 1
        precondition(isPrepared, "OpenSSL lacks a suite or a group")
        unsafe SSL_CTX_set_options(context, WEIR_OPTIONS)
        unsafe weir_ctx_set_mode(
            context, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN))
        // Tickets only: what a worker remembered itself would help no other worker.
        unsafe weir_ctx_set_session_cache(context, Int(SSL_SESS_CACHE_OFF))
        unsafe weir_ctx_set_max_cert_list(context, chainBytesMax)
        unsafe SSL_CTX_set_verify_depth(context, chainDepthMax)
        ErrorQueue.clear()
        return unsafe context
    }

    /// Takes other suites of TLS 1.2 for sessions to come; `TLSPolicy.check` must hold for them.
    func use(ciphers: String) {
        // SAFETY: the context is owned here; OpenSSL copies the text, and sessions their suites.
        let isTaken = unsafe SSL_CTX_set_cipher_list(context, ciphers) == 1
        precondition(isTaken, "the suites were not checked")
        ErrorQueue.clear()
    }

    private static func prepareServer(_ context: OpaquePointer, _ policy: TLSPolicy) {
        // SAFETY: the context is whole; strings are copied, callbacks live as long as the process.
        let isPrepared = unsafe SSL_CTX_set_cipher_list(context, policy.ciphers) == 1
        precondition(isPrepared, "the TLS policy was not checked")
        unsafe SSL_CTX_set_timeout(context, sessionSeconds)
        unsafe SSL_CTX_set_client_hello_cb(context, chooseByHello, nil)
        unsafe SSL_CTX_set_cert_cb(context, useCertificate, nil)
        unsafe SSL_CTX_set_alpn_select_cb(context, chooseProtocol, nil)
        unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(context, useTicketKey)
        unsafe weir_ctx_set_status_callback(context, staple)
        ErrorQueue.clear()
    }
}
