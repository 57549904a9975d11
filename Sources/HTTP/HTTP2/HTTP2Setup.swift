internal import CNghttp2

/// The library's objects that all sessions of a worker share.
enum HTTP2Setup {
    static func callbacks() -> OpaquePointer {
        // SAFETY: the object is made here; the functions live as long as the process.
        var made: OpaquePointer?
        unsafe nghttp2_session_callbacks_new(&made)
        guard let callbacks = unsafe made else { preconditionFailure("no memory for callbacks") }
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, beginHead)
        unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks, addField)
        unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, beginFrame)
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, endFrame)
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, addData)
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, closeStream)
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, noteSent)
        unsafe nghttp2_session_callbacks_set_send_data_callback(callbacks, sendData)
        return unsafe callbacks
    }

    /// Windows are given back by us; floods are counted by us, and the library's own limits on
    /// rates are out of reach (design §2, law 1).
    static func options() -> OpaquePointer {
        // SAFETY: the object is made here and only written.
        var made: OpaquePointer?
        unsafe nghttp2_option_new(&made)
        guard let options = unsafe made else { preconditionFailure("no memory for options") }
        unsafe nghttp2_option_set_no_auto_window_update(options, 1)
        // What a message may be is looked at by `HTTP2HeadBlock` and `HTTP2Stream`, in one pass with
        // what HTTP/1's rules ask.
        unsafe nghttp2_option_set_no_http_messaging(options, 1)
        unsafe nghttp2_option_set_stream_reset_rate_limit(options, 1 << 40, 1 << 40)
        // The library counts each piece in which a CONTINUATION's header of nine bytes comes: its
        // limit is beyond ours however that is cut, and meant for blocks that it passes over, whose
        // frames we are not told.
        unsafe nghttp2_option_set_max_continuations(
            options, 9 * (HTTP2Limits.continuationsMax + 1))
        unsafe nghttp2_option_set_max_outbound_ack(options, 10_000)
        unsafe nghttp2_option_set_no_closed_streams(options, 1)
        unsafe nghttp2_option_set_builtin_recv_extension_type(
            options, UInt8(NGHTTP2_PRIORITY_UPDATE.rawValue))
        return unsafe options
    }
}
