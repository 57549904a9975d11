internal import Bytes
internal import COpenSSL

/// Cipher text to plain bytes, and the handshake before it.
///
/// These are functions over the pointer, not methods: OpenSSL calls back into the state meanwhile.
extension SessionState {
    static func open(
        _ state: UnsafeMutablePointer<SessionState>, _ input: UnsafeMutablePointer<Buffer>,
        _ plain: UnsafeMutablePointer<Buffer>, _ answers: UnsafeMutablePointer<Buffer>,
        _ pool: UnsafeMutablePointer<ChunkPool>
    ) -> TLSProgress {
        // SAFETY: the caller lends the four for this call; `detach` forgets them.
        if let fault = unsafe state.pointee.fault { return .failed(fault) }
        if unsafe state.pointee.isClosed { return .closed }
        unsafe state.pointee.input = unsafe input
        unsafe state.pointee.output = unsafe answers
        unsafe state.pointee.pool = unsafe pool
        defer { unsafe detach(state) }
        if unsafe !state.pointee.isEstablished {
            let status = unsafe SSL_do_handshake(state.pointee.ssl)
            if status != 1 { return unsafe progress(state, after: status) }
            guard unsafe establish(state) else { return unsafe fail(state) }
        }
        return unsafe read(state, input, plain, pool)
    }

    private static func detach(_ state: UnsafeMutablePointer<SessionState>) {
        // SAFETY: the state is whole.
        unsafe state.pointee.input = nil
        unsafe state.pointee.output = nil
        unsafe state.pointee.pool = nil
    }

    /// Reads until nothing is left: not once more, which would cost OpenSSL a record buffer.
    private static func read(
        _ state: UnsafeMutablePointer<SessionState>, _ input: UnsafeMutablePointer<Buffer>,
        _ plain: UnsafeMutablePointer<Buffer>, _ pool: UnsafeMutablePointer<ChunkPool>
    ) -> TLSProgress {
        // SAFETY: as in `open`; OpenSSL writes into the free part only.
        let ssl = unsafe state.pointee.ssl
        while true {
            let pending = unsafe Int(SSL_pending(ssl))
            let waiting = unsafe input.pointee.count
            if pending == 0 && waiting == 0 { return .open }
            // A record is never longer than what came of it; one that came before may be.
            let wanted = min(max(pending, waiting), WorkerContext.recordMax)
            unsafe plain.pointee.reserve(wanted, from: &pool.pointee)
            var status: CInt = 0
            _ = unsafe plain.pointee.fill { room in
                var count = 0
                unsafe status = SSL_read_ex(ssl, room.baseAddress, room.count, &count)
                return status == 1 ? count : 0
            }
            if status != 1 { return unsafe progress(state, after: status) }
        }
    }

    /// What a call that did not succeed means.
    private static func progress(
        _ state: UnsafeMutablePointer<SessionState>, after status: CInt
    ) -> TLSProgress {
        // SAFETY: the state is whole.
        switch unsafe SSL_get_error(state.pointee.ssl, status) {
        case SSL_ERROR_WANT_READ:
            return unsafe state.pointee.isEstablished ? .open : .handshaking
        case SSL_ERROR_ZERO_RETURN:
            unsafe state.pointee.isClosed = true
            return .closed
        default:
            return unsafe fail(state)
        }
    }

    /// Remembers the reason and leaves OpenSSL's queue empty.
    private static func fail(_ state: UnsafeMutablePointer<SessionState>) -> TLSProgress {
        // SAFETY: the state is whole and its buffers are set.
        let isUpstream = unsafe state.pointee.offer != nil
        let found = unsafe isUpstream ? upstreamFault(state) : ErrorQueue.take()
        let isOurs = unsafe state.pointee.fault != nil
        unsafe state.pointee.refuse(found ?? (state.pointee.isEstablished ? .record : .malformed))
        guard let fault = unsafe state.pointee.fault else { return .failed(.library) }
        if fault == .messageSize, isOurs, !isUpstream, unsafe !state.pointee.isChosen {
            unsafe appendSizeAlert(state)
        }
        return .failed(fault)
    }

    /// The alert of a ClientHello that OpenSSL was not let read to its end: illegal_parameter, as a
    /// plain record, since nothing is encrypted yet (RFC 8446 §6).
    private static func appendSizeAlert(_ state: UnsafeMutablePointer<SessionState>) {
        let alert: InlineArray<7, UInt8> = [21, 3, 3, 0, 2, 2, 47]
        // SAFETY: the buffers are set during a call.
        guard let output = unsafe state.pointee.output, let pool = unsafe state.pointee.pool,
            unsafe output.pointee.count + alert.count <= outputMax
        else { return }
        unsafe output.pointee.append(alert.span, from: &pool.pointee)
    }

    /// Notes what the handshake has shown; false when the client's certificate cannot be told, or
    /// the upstream has chosen what it was not offered.
    private static func establish(_ state: UnsafeMutablePointer<SessionState>) -> Bool {
        // SAFETY: the certificate belongs to the session, and is only read.
        if let offer = unsafe state.pointee.offer {
            return unsafe establish(state, having: offer)
        }
        unsafe SSL_set0_CA_list(state.pointee.ssl, nil)
        if let certificate = unsafe SSL_get0_peer_certificate(state.pointee.ssl) {
            // A session that is resumed verifies nothing anew, and its ticket may outlive what it was
            // given for.
            let isExpired = unsafe X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0
            guard !isExpired, let text = unsafe ForwardedCertificate.text(of: certificate) else {
                unsafe state.pointee.refuse(.clientCertificate)
                return false
            }
            unsafe state.pointee.clientText.replace(by: text.span)
        }
        unsafe state.pointee.isEstablished = true
        unsafe state.pointee.isNews = true
        return true
    }
}
