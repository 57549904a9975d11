internal import Bytes
internal import COpenSSL

/// What the sessions of one worker share: OpenSSL's context, the present certificates, scratch.
///
/// Sessions retain it, so it outlives the `ServerContexts` that made it. Owned by one thread.
@safe
final class WorkerContext {
    /// LIMIT: the largest client certificate list in bytes, and the longest chain in it.
    private static let clientChainMax = 32 * 1024
    private static let clientDepthMax: CInt = 8
    /// Seconds that a session may be resumed.
    private static let sessionSeconds = 4 * 3600
    /// Plain bytes in a record (RFC 8446 §5.1).
    static let recordMax = 16 * 1024

    /// SAFETY: owned here; sessions hold references of their own.
    let context: OpaquePointer
    /// SAFETY: `recordMax` bytes, owned here; used inside one call at a time.
    let scratch: UnsafeMutablePointer<UInt8>
    /// SAFETY: our protocols as ALPN writes them, owned here.
    let protocols: UnsafeMutableBufferPointer<UInt8>
    let tickets: TicketKeys
    var set = CertificateSet.empty

    init(policy: TLSPolicy, tickets: TicketKeys) {
        // SAFETY: a process without memory for a context cannot go on.
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else {
            preconditionFailure("OpenSSL makes no context")
        }
        unsafe self.context = unsafe context
        unsafe scratch = .allocate(capacity: Self.recordMax)
        let wire = policy.alpn.flatMap { [UInt8($0.utf8.count)] + $0.utf8 }
        unsafe protocols = .allocate(capacity: wire.count)
        _ = unsafe protocols.initialize(from: wire)
        self.tickets = tickets
        unsafe Self.prepare(context, policy)
    }

    deinit {
        // SAFETY: owned here, and no session is left.
        unsafe SSL_CTX_free(context)
        unsafe scratch.deallocate()
        unsafe protocols.deallocate()
    }

    private static func prepare(_ context: OpaquePointer, _ policy: TLSPolicy) {
        // SAFETY: the context is whole; strings are copied, callbacks live as long as the process.
        let version = policy.minVersion == .tls12 ? TLS1_2_VERSION : TLS1_3_VERSION
        unsafe SSL_CTX_set_security_level(context, 2)
        let isPrepared =
            unsafe weir_ctx_set_min_version(context, version) == 1
            && SSL_CTX_set_cipher_list(context, policy.ciphers) == 1
            && SSL_CTX_set_ciphersuites(context, TLSPolicy.suites) == 1
            && weir_ctx_set_groups(context, TLSPolicy.groups) == 1
        precondition(isPrepared, "the TLS policy was not checked")
        unsafe SSL_CTX_set_options(context, WEIR_OPTIONS)
        unsafe weir_ctx_set_mode(
            context, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN))
        // Tickets only: what a worker remembered itself would help no other worker.
        unsafe weir_ctx_set_session_cache(context, Int(SSL_SESS_CACHE_OFF))
        unsafe SSL_CTX_set_timeout(context, sessionSeconds)
        unsafe weir_ctx_set_max_cert_list(context, clientChainMax)
        unsafe SSL_CTX_set_verify_depth(context, clientDepthMax)
        unsafe SSL_CTX_set_client_hello_cb(context, chooseByHello, nil)
        unsafe SSL_CTX_set_cert_cb(context, useCertificate, nil)
        unsafe SSL_CTX_set_alpn_select_cb(context, chooseProtocol, nil)
        unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(context, useTicketKey)
        unsafe weir_ctx_set_status_callback(context, staple)
        ErrorQueue.clear()
    }
}
