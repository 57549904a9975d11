/// What the other side of an HTTP/2 connection did wrong.
///
/// `reason` is the label of `weir_rejected_requests_total`; raw values are dense, for counters.
package enum HTTP2Fault: UInt8, Error, CaseIterable, Sendable {
    // Rules of frames and streams, by the code that answers them (RFC 9113 §7).
    case protocolError
    case flowControl
    case frameSize
    case compression
    case streamClosed
    case badPreface
    /// A head or body that is no message (RFC 9113 §8.1.1); its stream is reset.
    case malformedMessage
    /// More streams than it may have open; the stream is refused.
    case streamLimit
    // More of something than anybody needs (peers: floods); the connection ends.
    case floodOfResets
    case floodOfProvokedResets
    case floodOfContinuations
    case floodOfSettings
    case floodOfPings
    case floodOfEmptyData
    case floodOfWindowUpdates
    case floodOfPriorities
    /// Header lists far beyond what a head may be.
    case headerBomb
    /// It asks for bytes and gives no window for them.
    case stalled
    /// No answer to a PING.
    case pingTimeout
    /// The library gave up.
    case library
    /// None of our slots is left for its stream, which is no fault of its own; the stream is refused.
    case noRoom

    /// The reason's name in metrics and logs; it never changes once released.
    package var reason: StaticString {
        switch self {
        case .protocolError: "h2_protocol_error"
        case .flowControl: "h2_flow_control_error"
        case .frameSize: "h2_frame_size_error"
        case .compression: "h2_compression_error"
        case .streamClosed: "h2_stream_closed"
        case .badPreface: "h2_bad_preface"
        case .malformedMessage: "h2_malformed_message"
        case .streamLimit: "h2_stream_limit"
        case .floodOfResets: "h2_flood_reset"
        case .floodOfProvokedResets: "h2_flood_provoked_reset"
        case .floodOfContinuations: "h2_flood_continuation"
        case .floodOfSettings: "h2_flood_settings"
        case .floodOfPings: "h2_flood_ping"
        case .floodOfEmptyData: "h2_flood_empty_data"
        case .floodOfWindowUpdates: "h2_flood_window_update"
        case .floodOfPriorities: "h2_flood_priority"
        case .headerBomb: "h2_header_bomb"
        case .stalled: "h2_stalled"
        case .pingTimeout: "h2_ping_timeout"
        case .library: "h2_library"
        case .noRoom: "h2_no_room"
        }
    }

    /// Whether somebody means harm: nothing more of what he sends is looked at.
    package var isFlood: Bool { code == .enhanceYourCalm }

    /// The code that a GOAWAY says for it.
    var code: HTTP2Code {
        switch self {
        case .protocolError, .badPreface, .malformedMessage: .protocolError
        case .flowControl: .flowControlError
        case .frameSize: .frameSizeError
        case .compression: .compressionError
        case .streamClosed: .streamClosed
        case .streamLimit, .noRoom: .refusedStream
        case .pingTimeout: .noError
        case .library: .internalError
        case .floodOfResets, .floodOfProvokedResets, .floodOfContinuations, .floodOfSettings,
            .floodOfPings, .floodOfEmptyData, .floodOfWindowUpdates, .floodOfPriorities,
            .headerBomb, .stalled:
            .enhanceYourCalm
        }
    }
}
