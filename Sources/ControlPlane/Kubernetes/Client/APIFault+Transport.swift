internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

extension APIFault {
    /// What an error of the transport means, for people; `server` is whom we asked.
    init(transport error: any Error, server: String) {
        if let fault = error as? APIFault {
            self = fault
        } else {
            self = .unreachable("\(server): \(Self.text(error))")
        }
    }

    private static func text(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return text(first.error) }
            return "no address for the name"
        case let error as IOError: return text(errno: error.errnoCode) ?? oneLine("\(error)")
        case let error as NIOSSLError: return tlsText(error)
        case is NIOSSLExtraError: return "its certificate is not for this name"
        case let error as HTTPClientError: return text(error)
        case is CancellationError: return "given up"
        case is ChannelError: return "the connection ended"
        default: return oneLine("\(error)")
        }
    }

    private static func text(errno: CInt) -> String? {
        switch errno {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET, EPIPE: "the connection was reset"
        case ETIMEDOUT: "the connection is dead"
        case EHOSTUNREACH, ENETUNREACH: "no way to the host"
        case EMFILE, ENFILE: "no descriptor is left"
        default: nil
        }
    }

    private static func text(_ error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout: "no connection in time"
        case .tlsHandshakeTimeout: "no TLS handshake in time"
        case .deadlineExceeded, .readTimeout: "no answer in time"
        case .remoteConnectionClosed, .uncleanShutdown: "the connection ended before the answer"
        case .getConnectionFromPoolTimeout: "no free connection"
        case .cancelled: "given up"
        default: error.shortDescription
        }
    }

    private static func tlsText(_ error: NIOSSLError) -> String {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is not vouched for by the cluster's authority"
        }
        switch error {
        case .unableToValidateCertificate, .noCertificateToValidate:
            return "its certificate is not for this name"
        case .uncleanShutdown: return "the connection ended before the answer"
        default: return "no TLS handshake: \(oneLine(text))"
        }
    }
}
