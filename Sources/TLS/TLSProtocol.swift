/// The protocol versions that the gateway speaks.
package enum TLSProtocol: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case tls12
    case tls13

    /// As settings and logs write it.
    package var name: StaticString {
        switch self {
        case .tls12: "1.2"
        case .tls13: "1.3"
        }
    }
}
