package import Bytes

// The chunked coding (RFC 9112 §7.1), written: header, data, end, …, last chunk, trailers, end.
extension Buffer {
    /// Room that a chunk's header and end need together.
    package static var chunkOverhead: Int { 20 }

    /// The line before a chunk of `count` bytes, 1 or more: at most 18 bytes.
    ///
    /// An empty chunk would end the body, so it is our bug.
    package mutating func append(chunkHeader count: Int) {
        precondition(count > 0)
        append(hexadecimal: UInt64(count))
        append("\r\n")
    }

    /// The line end behind a chunk's data: 2 bytes.
    package mutating func appendChunkEnd() { append("\r\n") }

    /// The last chunk: 3 bytes.
    ///
    /// Trailer fields may follow, and an empty line must.
    package mutating func appendLastChunk() { append("0\r\n") }
}
