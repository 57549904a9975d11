internal import Bytes
internal import COpenSSL

/// Plain bytes to records.
extension SessionState {
    static func seal(
        _ state: UnsafeMutablePointer<SessionState>, _ first: Span<UInt8>,
        _ second: Span<UInt8>, _ output: UnsafeMutablePointer<Buffer>,
        _ pool: UnsafeMutablePointer<ChunkPool>
    ) -> Bool {
        // SAFETY: the caller lends both buffers for this call; the state forgets them before its end.
        precondition(unsafe state.pointee.isEstablished, "sealed before the handshake's end")
        if unsafe state.pointee.fault != nil { return false }
        unsafe state.pointee.output = unsafe output
        unsafe state.pointee.pool = unsafe pool
        defer {
            unsafe state.pointee.output = nil
            unsafe state.pointee.pool = nil
        }
        if first.isEmpty { return unsafe write(state, second) }
        if second.isEmpty || first.count >= WorkerContext.recordMax {
            return unsafe write(state, first) && write(state, second)
        }
        // The first record is filled with both; the rest goes as it lies.
        let shared = min(second.count, WorkerContext.recordMax - first.count)
        let scratch = unsafe state.pointee.context._withUnsafeGuaranteedRef { unsafe $0.scratch }
        unsafe copy(first, to: scratch)
        unsafe copy(second.extracting(0..<shared), to: scratch + first.count)
        let joined = unsafe Span(
            _unsafeElements: UnsafeBufferPointer(start: scratch, count: first.count + shared))
        return unsafe write(state, joined)
            && write(state, second.extracting(shared..<second.count))
    }

    private static func copy(_ bytes: Span<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
        // SAFETY: the caller has checked that the target has room.
        unsafe bytes.withUnsafeBufferPointer { source in
            if let start = source.baseAddress {
                unsafe target.update(from: start, count: source.count)
            }
        }
    }

    private static func write(
        _ state: UnsafeMutablePointer<SessionState>, _ bytes: Span<UInt8>
    ) -> Bool {
        if bytes.isEmpty { return true }
        // SAFETY: OpenSSL reads the bytes during the call only.
        let status = unsafe bytes.withUnsafeBufferPointer { source in
            var count = 0
            return unsafe SSL_write_ex(state.pointee.ssl, source.baseAddress, source.count, &count)
        }
        if status == 1 { return true }
        let isUpstream = unsafe state.pointee.offer != nil
        let found = isUpstream ? ErrorQueue.takeOfUpstream() : ErrorQueue.take()
        unsafe state.pointee.refuse(found ?? .library)
        return false
    }

    static func sealClose(
        _ state: UnsafeMutablePointer<SessionState>, _ output: UnsafeMutablePointer<Buffer>,
        _ pool: UnsafeMutablePointer<ChunkPool>
    ) {
        // SAFETY: as in `seal`.
        if unsafe !state.pointee.isEstablished || state.pointee.fault != nil { return }
        if unsafe SSL_get_shutdown(state.pointee.ssl) & SSL_SENT_SHUTDOWN != 0 { return }
        unsafe state.pointee.output = unsafe output
        unsafe state.pointee.pool = unsafe pool
        unsafe SSL_shutdown(state.pointee.ssl)
        unsafe state.pointee.output = nil
        unsafe state.pointee.pool = nil
        ErrorQueue.clear()
    }
}
