/// What one or more frames said, or how the connection ended.
package enum H2Event: Sendable, Equatable {
    case settings([H2Setting.Value])
    case settingsAcknowledged
    case ping([UInt8])
    case pingAnswered([UInt8])
    /// A whole header block, of as many frames as it took.
    case headers(UInt32, [FieldLine], isLast: Bool)
    case data(UInt32, [UInt8], isLast: Bool)
    case reset(UInt32, H2Code)
    case goAway(last: UInt32, H2Code, debug: String)
    case windowUpdate(UInt32, UInt32)
    /// A frame that says nothing to us, such as PRIORITY or an unknown type.
    case other(H2Frame)
    case ended(H2Ending)
}

/// How the other side ended the TCP connection.
package enum H2Ending: Sendable, Equatable {
    case closed
    case reset
}
