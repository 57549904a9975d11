internal import CNghttp2

extension HTTP2Fault {
    /// What one of the library's error numbers means.
    init(library error: CInt) {
        self =
            switch nghttp2_error(error) {
            case NGHTTP2_ERR_BAD_CLIENT_MAGIC: .badPreface
            case NGHTTP2_ERR_PROTO, NGHTTP2_ERR_SETTINGS_EXPECTED: .protocolError
            case NGHTTP2_ERR_FLOW_CONTROL: .flowControl
            case NGHTTP2_ERR_FRAME_SIZE_ERROR: .frameSize
            case NGHTTP2_ERR_HEADER_COMP: .compression
            case NGHTTP2_ERR_STREAM_CLOSED, NGHTTP2_ERR_STREAM_SHUT_WR: .streamClosed
            case NGHTTP2_ERR_HTTP_HEADER, NGHTTP2_ERR_HTTP_MESSAGING: .malformedMessage
            case NGHTTP2_ERR_REFUSED_STREAM: .streamLimit
            case NGHTTP2_ERR_FLOODED, NGHTTP2_ERR_TOO_MANY_SETTINGS: .floodOfSettings
            case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS: .floodOfContinuations
            case NGHTTP2_ERR_NOMEM, NGHTTP2_ERR_INTERNAL, NGHTTP2_ERR_CALLBACK_FAILURE: .library
            default: .protocolError
            }
    }

    /// What a GOAWAY with this code says of the other side.
    init(connection code: HTTP2Code) {
        self =
            switch code {
            case .flowControlError: .flowControl
            case .frameSizeError: .frameSize
            case .compressionError: .compression
            case .streamClosed: .streamClosed
            case .internalError: .library
            // Its only calm is asked of who sends one endless SETTINGS.
            case .enhanceYourCalm: .floodOfSettings
            default: .protocolError
            }
    }

    /// What a RST_STREAM with this code says of the other side.
    init(stream code: HTTP2Code) {
        self =
            switch code {
            case .flowControlError: .flowControl
            case .frameSizeError: .frameSize
            case .streamClosed: .streamClosed
            case .refusedStream: .streamLimit
            default: .malformedMessage
            }
    }
}
