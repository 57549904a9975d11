/// An error code of RST_STREAM and GOAWAY (RFC 9113 §7).
package struct H2Code: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let noError = H2Code(rawValue: 0)
    package static let protocolError = H2Code(rawValue: 1)
    package static let internalError = H2Code(rawValue: 2)
    package static let flowControlError = H2Code(rawValue: 3)
    package static let settingsTimeout = H2Code(rawValue: 4)
    package static let streamClosed = H2Code(rawValue: 5)
    package static let frameSizeError = H2Code(rawValue: 6)
    package static let refusedStream = H2Code(rawValue: 7)
    package static let cancel = H2Code(rawValue: 8)
    package static let compressionError = H2Code(rawValue: 9)
    package static let connectError = H2Code(rawValue: 10)
    package static let enhanceYourCalm = H2Code(rawValue: 11)
    package static let inadequateSecurity = H2Code(rawValue: 12)
    package static let http11Required = H2Code(rawValue: 13)
}

extension H2Code: CustomStringConvertible {
    private static let names = [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR",
        "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL",
        "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY",
        "HTTP_1_1_REQUIRED",
    ]

    package var description: String {
        let number = Int(rawValue)
        return number < Self.names.count ? Self.names[number] : "error \(number)"
    }
}
