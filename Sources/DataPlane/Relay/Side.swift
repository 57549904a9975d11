import Bytes

/// One side of an exchange: an HTTP/1 connection, or a stream of an HTTP/2 one.
struct Side: BitwiseCopyable {
    let connection: Handle
    /// None on HTTP/1.
    var stream = Handle.none

    var isStream: Bool { !stream.isNone }
}
