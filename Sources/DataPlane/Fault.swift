import HTTP
import TLS

/// Something went wrong: what, and whether the request may be sent again.
///
/// `Fault+Response.swift` alone turns it into an answer.
struct Fault: Error {
    enum Kind: Equatable {
        /// The request was refused while it was read.
        case refused(HeadFault)
        /// The head did not come in time.
        case headTimeout
        /// Memory is short.
        case overloaded
        /// The client's source has as many streams as one may have.
        case crowded
        /// No rule takes this host and path.
        case noRoute
        /// More inner hops than a request may take.
        case loop
        /// The connection's certificate is not good for the host.
        case misdirected
        /// The chosen share has no destination.
        case noDestination
        case connectFailed
        /// No slot or descriptor is free for a connection or a stream to the upstream.
        case noRoom
        /// Its TLS is not what it must be.
        case upstreamTLS(TLSFault)
        case connectTimeout
        /// The connection died before a response byte.
        case upstreamClosed
        /// The connection was reset.
        case upstreamReset
        /// The upstream took no notice of the stream (RFC 9113 §8.7).
        case streamRefused
        /// The upstream was connected to, and its HTTP/2 did not begin.
        case upstreamSilent
        /// The upstream reset the stream.
        case streamReset
        /// Nothing moved for too long: the request did not come on, or no answer came.
        case clientIdle
        case upstreamIdle
        /// The response broke the protocol.
        case badResponse(HeadFault)
    }

    /// Whether another connection may be tried (Knative §10 T4).
    enum Retry {
        case never
        /// Nothing was sent: always safe.
        case always
        /// Nothing was done: safe while no body byte went out.
        case ifBodyUnsent
        /// Only on a connection that had served before, with no body sent.
        case onlyIfReused
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    /// Whether the destination could not be reached at all, so that it is left aside for a while.
    var isUnreachable: Bool { retry == .always }

    /// Whether the upstream has not looked at the request: it may go out again, and not once only.
    var isUnseen: Bool {
        switch kind {
        case .streamRefused, .upstreamSilent: true
        default: false
        }
    }

    var retry: Retry {
        switch kind {
        case .connectFailed, .connectTimeout, .upstreamTLS: .always
        case .streamRefused, .upstreamSilent: .ifBodyUnsent
        case .upstreamClosed, .upstreamReset: .onlyIfReused
        case .refused, .headTimeout, .overloaded, .crowded, .noRoute, .loop, .misdirected,
            .noDestination, .noRoom, .badResponse, .streamReset, .clientIdle, .upstreamIdle:
            .never
        }
    }
}
