internal import CLinux

/// Questions to the name servers; each waits for its answer, so never on a worker's thread.
package enum NameQuery {
    /// LIMIT: bytes of an answer; over TCP, where it is larger than a datagram.
    private static let sizeMax = 1 << 14

    /// Asks for the addresses of a full name, which no search list completes.
    ///
    /// `server` is an IPv4 address; nil asks the servers of `/etc/resolv.conf`.
    package static func run(
        _ name: String, _ family: NameFamily, at server: SocketAddress? = nil
    ) -> NameAnswer {
        precondition(server?.isIPv6 != true)
        var answer = [UInt8](repeating: 0, count: sizeMax)
        let ip = UInt32(truncatingIfNeeded: (server?.high ?? 0) >> 32).bigEndian
        // SAFETY: the library reads the name and writes the buffer during the call only.
        let count = unsafe answer.withUnsafeMutableBufferPointer { buffer in
            unsafe name.withCString { text in
                unsafe weir_ask_name(
                    text, CInt(family.type), buffer.baseAddress, CInt(buffer.count), ip,
                    server?.port ?? 0)
            }
        }
        if count >= 0 { return NameAnswer(answer.span.extracting(0..<Int(count)), family) }
        return count == -HOST_NOT_FOUND || count == -NO_DATA ? .absent : .failed
    }
}
