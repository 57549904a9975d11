/// Who asks, as far as a decision depends on it.
package struct Asker: BitwiseCopyable, Sendable {
    package var listener: ListenerKind
    /// Whether the client's side is encrypted: no redirect then.
    package var isTLS: Bool
    /// The client's address, after trusted proxies were looked through.
    package var address: ClientAddress
    /// The key that this client was given before its cookie could come back, nil when none was.
    ///
    /// Set for a re-send to what the exchange was issued, and on HTTP/2 to what the connection's
    /// first stream was issued: then they all agree.
    package var provisionalKey: StickyKey?

    package init(
        listener: ListenerKind, isTLS: Bool, address: ClientAddress,
        provisionalKey: StickyKey? = nil
    ) {
        self.listener = listener
        self.isTLS = isTLS
        self.address = address
        self.provisionalKey = provisionalKey
    }
}
