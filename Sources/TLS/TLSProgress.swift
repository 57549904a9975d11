/// Where a connection's TLS stands after bytes were opened.
package enum TLSProgress: Equatable, BitwiseCopyable, Sendable {
    /// The handshake waits for the client.
    case handshaking
    /// Established; plain bytes may have come.
    case open
    /// The client said `close_notify`: no more plain bytes will come behind those that did.
    case closed
    /// Over: send the answers (they end with the alert, if one is due) and close.
    case failed(TLSFault)
}
