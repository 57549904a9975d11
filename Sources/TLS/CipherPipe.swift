internal import Bytes
internal import COpenSSL

/// The BIO between OpenSSL and our buffers: reads from one, appends to the other, keeps no byte.
///
/// Its data is the session's state, which names the buffers during a call only.
enum CipherPipe {
    /// SAFETY: made once, never freed, only read.
    nonisolated(unsafe) private static let method = unsafe make()

    /// A new BIO for the session's state.
    static func make(for state: UnsafeMutablePointer<SessionState>) -> OpaquePointer? {
        // SAFETY: the state outlives the BIO: both end with the session, the BIO first.
        guard let pipe = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(pipe, state)
        unsafe BIO_set_init(pipe, 1)
        return unsafe pipe
    }

    private static func make() -> OpaquePointer? {
        // SAFETY: the functions below live as long as the process.
        let method = unsafe BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "weir")
        unsafe BIO_meth_set_read_ex(method, readCipherText)
        unsafe BIO_meth_set_write_ex(method, appendAnswer)
        unsafe BIO_meth_set_ctrl(method, control)
        return unsafe method
    }
}

/// OpenSSL asks for cipher text; -1 with the retry mark when none is left.
private func readCipherText(
    pipe: OpaquePointer?, target: UnsafeMutablePointer<CChar>?, size: Int,
    count: UnsafeMutablePointer<Int>?
) -> CInt {
    // SAFETY: OpenSSL calls this inside a call of ours, during which the state's buffers are set;
    // the target has room for `size` bytes and is none of our buffers.
    guard let state = unsafe SessionState.of(pipe: pipe), let input = unsafe state.pointee.input,
        let target = unsafe target
    else { return -1 }
    unsafe weir_bio_clear_retry(pipe)
    let taken = unsafe min(size, input.pointee.count)
    if taken == 0 {
        unsafe weir_bio_set_retry_read(pipe)
        return -1
    }
    if unsafe !state.pointee.admits(taken) { return -1 }
    unsafe input.pointee.bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        unsafe UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: taken)
    }
    unsafe input.pointee.consume(taken)
    unsafe count?.pointee = taken
    return 1
}

/// OpenSSL has bytes to send; -1 when more wait than a client may leave unread.
private func appendAnswer(
    pipe: OpaquePointer?, source: UnsafePointer<CChar>?, size: Int,
    count: UnsafeMutablePointer<Int>?
) -> CInt {
    // SAFETY: as above; the source holds `size` bytes.
    guard let state = unsafe SessionState.of(pipe: pipe), let output = unsafe state.pointee.output,
        let pool = unsafe state.pointee.pool, let source = unsafe source
    else { return -1 }
    unsafe weir_bio_clear_retry(pipe)
    guard unsafe output.pointee.count + size <= SessionState.outputMax else {
        unsafe state.pointee.refuse(.answers)
        return -1
    }
    let bytes = unsafe Span<UInt8>(
        _bytes: RawSpan(_unsafeStart: UnsafeRawPointer(source), byteCount: size))
    unsafe output.pointee.append(bytes, from: &pool.pointee)
    unsafe count?.pointee = size
    return 1
}

private func control(
    _: OpaquePointer?, command: CInt, _: Int, _: UnsafeMutableRawPointer?
) -> Int {
    command == BIO_CTRL_FLUSH ? 1 : 0
}
