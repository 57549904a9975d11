internal import Bytes
internal import COpenSSL

// OpenSSL calls these inside `TLSSession.open`. They find the session by its BIO, choose, and
// never call back into it.

/// The ClientHello is there: chooses certificate and client policy by server name.
///
/// Called once more behind a HelloRetryRequest; the second choice replaces the first.
func chooseByHello(
    ssl: OpaquePointer?, alert: UnsafeMutablePointer<CInt>?, _: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: inside a call of ours the state is whole, and its context and set are retained.
    guard let state = unsafe SessionState.of(ssl), let served = unsafe SessionState.served(state)
    else { return SSL_CLIENT_HELLO_ERROR }
    unsafe SessionState.keepServerName(state)
    let name = unsafe state.pointee.serverName.bytes
    guard let choice = unsafe served.set.choose(Span(_unsafeElements: name)) else {
        unsafe state.pointee.refuse(.serverName)
        unsafe alert?.pointee = SSL_AD_UNRECOGNIZED_NAME
        return SSL_CLIENT_HELLO_ERROR
    }
    guard unsafe SessionState.adopt(choice, state) else {
        unsafe state.pointee.refuse(.library)
        unsafe alert?.pointee = SSL_AD_INTERNAL_ERROR
        return SSL_CLIENT_HELLO_ERROR
    }
    return SSL_CLIENT_HELLO_SUCCESS
}

/// A full handshake needs the certificate.
func useCertificate(ssl: OpaquePointer?, _: UnsafeMutableRawPointer?) -> CInt {
    // SAFETY: the session retains the certificate; OpenSSL takes references of its own.
    guard let state = unsafe SessionState.of(ssl),
        let certificate = unsafe state.pointee.certificate
    else { return 0 }
    return unsafe certificate._withUnsafeGuaranteedRef {
        unsafe SSL_use_cert_and_key(ssl, $0.leaf, $0.key, $0.chain, 1)
    }
}

/// The client offers protocols: the first of ours that is among them, or the end (RFC 7301 §3.2).
func chooseProtocol(
    ssl: OpaquePointer?, chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    chosenCount: UnsafeMutablePointer<UInt8>?, offered: UnsafePointer<UInt8>?, offeredCount: UInt32,
    _: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: the choice points into memory of the worker's context; OpenSSL copies it at once.
    guard let state = unsafe SessionState.of(ssl), let served = unsafe SessionState.served(state)
    else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    let ours = unsafe served.protocols
    var found: UnsafeMutablePointer<UInt8>?
    let status = unsafe SSL_select_next_proto(
        &found, chosenCount, ours.baseAddress, UInt32(ours.count), offered, offeredCount)
    guard status == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    unsafe chosen?.pointee = unsafe UnsafePointer(found)
    return SSL_TLSEXT_ERR_OK
}

/// A ticket is to be made (`isNew`) or read.
func useTicketKey(
    ssl: OpaquePointer?, name: UnsafeMutablePointer<UInt8>?, iv: UnsafeMutablePointer<UInt8>?,
    encryption: OpaquePointer?, digest: OpaquePointer?, isNew: CInt
) -> CInt {
    // SAFETY: OpenSSL hands room for name and IV; the context retains the keys.
    guard let state = unsafe SessionState.of(ssl), let served = unsafe SessionState.served(state),
        let name = unsafe name, let iv = unsafe iv
    else { return -1 }
    return isNew == 1
        ? unsafe served.tickets.seal(name: name, iv: iv, encryption, digest)
        : unsafe served.tickets.open(
            name: name, iv: iv, encryption, digest,
            isUsedOnce: unsafe SSL_version(ssl) == TLS1_3_VERSION)
}

/// The client asks for an OCSP response.
func staple(ssl: OpaquePointer?, _: UnsafeMutableRawPointer?) -> CInt {
    // SAFETY: OpenSSL takes over the copy and frees it.
    guard let state = unsafe SessionState.of(ssl),
        let certificate = unsafe state.pointee.certificate,
        let response = unsafe certificate._withUnsafeGuaranteedRef({ $0.staple }),
        response.isFresh, let copy = unsafe weir_openssl_malloc(response.bytes.count)
    else { return SSL_TLSEXT_ERR_NOACK }
    unsafe copy.copyMemory(from: response.bytes, byteCount: response.bytes.count)
    unsafe weir_set_status_response(
        ssl, copy.assumingMemoryBound(to: UInt8.self), response.bytes.count)
    return SSL_TLSEXT_ERR_OK
}
