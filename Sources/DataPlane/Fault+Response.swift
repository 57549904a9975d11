import HTTP
import TLS
import Telemetry

/// The one place where a fault becomes what a client sees: status, line of text, flag, counter.
extension Fault {
    var status: UInt16 {
        switch kind {
        case .refused(let fault): fault.status
        case .headTimeout, .clientIdle: 408
        case .upstreamIdle: 504
        case .noRoute: 404
        case .loop: 508
        case .misdirected: 421
        case .noDestination, .connectFailed, .connectTimeout, .upstreamClosed, .upstreamReset,
            .streamRefused, .upstreamSilent, .streamReset, .upstreamTLS, .overloaded, .crowded,
            .noRoom:
            503
        case .badResponse: 502
        }
    }

    /// Envoy's response flag.
    var flag: ResponseFlag {
        switch kind {
        case .refused: .DPE
        case .headTimeout: .DPE
        case .overloaded: .OM
        case .noRoute, .loop: .NR
        case .misdirected: .DPE
        case .noDestination: .UH
        case .noRoom, .crowded: .UO
        case .connectFailed, .connectTimeout, .upstreamTLS, .upstreamSilent: .UF
        case .upstreamClosed: .UC
        case .upstreamReset, .streamRefused, .streamReset: .UR
        case .clientIdle, .upstreamIdle: .SI
        case .badResponse: .UPE
        }
    }

    /// One line for people; empty for 404, as Knative's ingresses answer (§2.5).
    var text: StaticString {
        switch kind {
        case .refused(let fault): fault.reason
        case .headTimeout: "head_timeout"
        case .overloaded: "the gateway is short of memory"
        case .crowded: "the client's address has as many requests under way as one may have"
        case .noRoute: ""
        case .loop: "the host leads back to this gateway too often"
        case .misdirected: "this connection is not good for that host, open another one"
        case .noDestination: "no destination for this revision"
        case .connectFailed: "connecting to the revision failed"
        case .noRoom: "the gateway has no room for a request to the revision"
        case .upstreamTLS(let fault): fault.text
        case .connectTimeout: "connecting to the revision took too long"
        case .upstreamClosed: "the revision closed the connection before it answered"
        case .upstreamReset: "the revision reset the connection before it answered"
        case .streamRefused: "the revision refused the request"
        case .upstreamSilent: "the revision did not begin to speak HTTP/2"
        case .streamReset: "the revision reset the request before it answered"
        case .clientIdle: "the request did not come on for too long"
        case .upstreamIdle: "the revision did not answer for too long"
        case .badResponse: "the revision's answer was not valid HTTP"
        }
    }

    /// The status that a gRPC client gets for it (design §4; grpc.github.io: statuscodes).
    var grpcStatus: GRPCStatus {
        switch kind {
        case .noDestination, .connectFailed, .connectTimeout, .upstreamClosed, .upstreamReset,
            .streamRefused, .upstreamSilent, .streamReset, .upstreamTLS, .misdirected,
            .overloaded, .crowded,
            .noRoom:
            .unavailable
        case .clientIdle, .upstreamIdle: .deadlineExceeded
        case .noRoute: .unimplemented
        case .refused, .headTimeout, .loop, .badResponse: .internalError
        }
    }

    /// The reason's number in `weir_rejected_requests_total`, for requests that never became an
    /// exchange; nil for others.
    var rejection: UInt8? {
        switch kind {
        case .refused(let fault): fault.rawValue
        case .headTimeout: Rejection.headTimeout
        case .overloaded: Rejection.memoryRequest
        case .crowded: Rejection.sourceStreams
        default: nil
        }
    }
}

/// Names of the rejections that the workers count, by number.
package enum Rejection {
    static let headTimeout = UInt8(HeadFault.allCases.count)
    static let proxyHeader = headTimeout + 1
    static let handshakeTimeout = headTimeout + 2
    static let handshakeLimit = headTimeout + 3
    static let memoryConnection = headTimeout + 4
    static let memoryRequest = headTimeout + 5
    static let sourceLimit = headTimeout + 6
    static let sourceStreams = headTimeout + 7
    private static let firstTLS = headTimeout + 8

    static func tls(_ fault: TLSFault) -> UInt8 { firstTLS + fault.rawValue }

    private static let firstHTTP2 = firstTLS + UInt8(TLSFault.allCases.count)

    static func http2(_ fault: HTTP2Fault) -> UInt8 { firstHTTP2 + fault.rawValue }

    /// The `reason` label of each number, from 0.
    package static var names: [StaticString] {
        HeadFault.allCases.map(\.reason) + [
            "head_timeout", "bad_proxy_header", "tls_handshake_timeout", "tls_handshake_limit",
            "memory_limit_connection", "memory_limit_request", "client_connections",
            "client_streams",
        ] + TLSFault.allCases.map(\.reason) + HTTP2Fault.allCases.map(\.reason)
    }
}
