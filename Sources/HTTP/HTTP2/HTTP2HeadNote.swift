internal import Bytes

/// What a header block says in other ways than by its fields: pseudo fields, and that a body follows.
struct HTTP2HeadNote: BitwiseCopyable {
    /// Where the values of a request's pseudo fields lie in the head's text; the authority's is
    /// empty when there was none.
    var method = Slice.empty
    var path = Slice.empty
    var authority = Slice.empty
    /// A response's status.
    var status: UInt16 = 0
    var hasAuthority = false
    /// Extended CONNECT for a WebSocket (RFC 8441 §4).
    var isTunnel = false
    /// A body of unsaid length may follow: what HTTP/1 calls chunked.
    var hasOpenBody = false

    /// Bytes that a note takes behind its head's marks.
    static var bytes: Int { MemoryLayout<HTTP2HeadNote>.size }

    /// Appends the note, into reserved room.
    func append(to texts: inout Buffer) {
        // SAFETY: plain values without gaps between them.
        unsafe withUnsafeBytes(of: self) { bytes in
            unsafe texts.append(
                Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
        }
    }

    /// Reads back what `append` wrote at the end of the bytes.
    init(atEndOf bytes: Span<UInt8>) {
        // SAFETY: the load checks its bounds; the bytes are a note that `append` wrote.
        self = unsafe bytes.bytes.unsafeLoadUnaligned(
            fromByteOffset: bytes.count - Self.bytes, as: HTTP2HeadNote.self)
    }

    init() {}
}
