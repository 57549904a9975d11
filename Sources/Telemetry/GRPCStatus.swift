/// How a gRPC call ended, as the `grpc_status` label says it (grpc.github.io: statuscodes).
package enum GRPCStatus: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case ok
    case cancelled
    case unknown
    case invalidArgument
    case deadlineExceeded
    case notFound
    case alreadyExists
    case permissionDenied
    case resourceExhausted
    case failedPrecondition
    case aborted
    case outOfRange
    case unimplemented
    case internalError
    case unavailable
    case dataLoss
    case unauthenticated
    /// None came: the call was broken off, or answered by something that speaks no gRPC.
    case missing

    /// The label's value: the number, or `missing`.
    package var name: String { self == .missing ? "missing" : String(rawValue) }
}
