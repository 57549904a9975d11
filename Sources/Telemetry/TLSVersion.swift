/// The protocol version that a TLS handshake ended with.
package enum TLSVersion: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case tls12
    case tls13

    /// The label's value.
    package var name: StaticString {
        switch self {
        case .tls12: "1.2"
        case .tls13: "1.3"
        }
    }
}
