internal import Bytes

/// A protocol above TLS, as ALPN names it (RFC 7301).
package enum ApplicationProtocol: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// Nothing was chosen: one of the two does not speak ALPN.
    case none
    case http1
    case http2

    var name: String {
        switch self {
        case .none: ""
        case .http1: "http/1.1"
        case .http2: "h2"
        }
    }

    /// Nil for a name that we do not know.
    init?(_ name: Span<UInt8>) {
        if name.isEmpty {
            self = .none
        } else if ByteScan.equal(name, "http/1.1") {
            self = .http1
        } else if ByteScan.equal(name, "h2") {
            self = .http2
        } else {
            return nil
        }
    }
}

/// What is offered to an upstream, the best first.
package enum ProtocolOffer: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case http1
    case http2
    case http2OrHTTP1

    private var protocols: [ApplicationProtocol] {
        switch self {
        case .http1: [.http1]
        case .http2: [.http2]
        case .http2OrHTTP1: [.http2, .http1]
        }
    }

    /// As ALPN writes it: each name behind its length.
    var wire: [UInt8] { protocols.flatMap { [UInt8($0.name.utf8.count)] + $0.name.utf8 } }

    /// Whether an upstream may choose it; it may always choose nothing.
    func allows(_ chosen: ApplicationProtocol) -> Bool {
        chosen == .none || protocols.contains(chosen)
    }
}
