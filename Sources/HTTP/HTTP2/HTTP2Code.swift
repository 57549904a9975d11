/// Error codes of RST_STREAM and GOAWAY (RFC 9113 §7).
package enum HTTP2Code: UInt32, Sendable {
    case noError = 0
    case protocolError = 1
    case internalError = 2
    case flowControlError = 3
    case settingsTimeout = 4
    case streamClosed = 5
    case frameSizeError = 6
    case refusedStream = 7
    case cancel = 8
    case compressionError = 9
    case connectError = 10
    case enhanceYourCalm = 11
    case inadequateSecurity = 12
    case http11Required = 13

    /// Whether a reset with this code answers something that the other side did wrong.
    var isTheirFault: Bool {
        switch self {
        case .protocolError, .flowControlError, .streamClosed, .frameSizeError, .refusedStream,
            .compressionError:
            true
        case .noError, .internalError, .settingsTimeout, .cancel, .connectError,
            .enhanceYourCalm, .inadequateSecurity, .http11Required:
            false
        }
    }
}
