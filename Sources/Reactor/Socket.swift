package import Bytes
internal import CLinux

/// What a receive came to.
package enum ReceiveOutcome: Equatable, Sendable {
    /// So many bytes; `more` when the room was filled, so that more may be waiting.
    case bytes(Int, more: Bool)
    case wouldBlock
    /// The other side will send nothing more.
    case closed
    /// An errno.
    case failed(CInt)
}

/// What a send came to.
package enum SendOutcome: Equatable, Sendable {
    /// So many bytes were taken; fewer than given means that the kernel's buffer is full.
    case sent(Int)
    /// An errno.
    case failed(CInt)

    /// Whether the other side has reset the connection and had not ended it before: then Linux says
    /// EPIPE.
    package var isReset: Bool { self == .failed(ECONNRESET) }
}

/// A non-blocking stream socket, owned: closed when it goes.
package struct Socket: ~Copyable {
    package let descriptor: CInt

    package init(owning descriptor: CInt) {
        precondition(descriptor >= 0)
        self.descriptor = descriptor
    }

    deinit { _ = weir_close(descriptor) }

    /// Reads at most `limit` bytes into the buffer's free room, which must not be empty.
    package borrowing func receive(
        into buffer: inout Buffer, atMost limit: Int
    ) -> ReceiveOutcome {
        let room = min(buffer.room, limit)
        precondition(room > 0)
        var result = 0
        var error: CInt = 0
        _ = unsafe buffer.fill { free in
            // SAFETY: the kernel writes at most `room` bytes, which fit, during the call.
            repeat {
                result = unsafe weir_recv(descriptor, free.baseAddress, room, 0)
                error = result < 0 ? weir_errno() : 0
            } while error == EINTR
            return max(result, 0)
        }
        if result > 0 { return .bytes(result, more: result == room) }
        if result == 0 { return .closed }
        return error == EAGAIN ? .wouldBlock : .failed(error)
    }

    /// Reads and throws away up to `limit` bytes, in one call.
    package borrowing func discard(limit: Int) -> ReceiveOutcome {
        // SAFETY: with MSG_TRUNC a TCP socket drops the bytes and writes nothing (tcp(7)).
        let result = weir_recv(descriptor, nil, limit, CInt(MSG_TRUNC))
        if result > 0 { return .bytes(result, more: result == limit) }
        if result == 0 { return .closed }
        let error = weir_errno()
        return error == EAGAIN || error == EINTR ? .wouldBlock : .failed(error)
    }

    /// Hands bytes to the kernel without waiting.
    package borrowing func send(_ bytes: Span<UInt8>) -> SendOutcome {
        var result = 0
        var error: CInt = 0
        // SAFETY: the kernel only reads the span during the call.
        unsafe bytes.withUnsafeBytes { source in
            repeat {
                result = unsafe weir_send(
                    descriptor, source.baseAddress, source.count, CInt(MSG_NOSIGNAL))
                error = result < 0 ? weir_errno() : 0
            } while error == EINTR
        }
        return Self.outcome(result, error)
    }

    /// Hands what waits in a buffer, and bytes behind it, to the kernel in one call.
    package borrowing func send(_ first: borrowing Buffer, _ second: Span<UInt8>) -> SendOutcome {
        send(first.bytes, second)
    }

    /// Hands two runs of bytes to the kernel in one call.
    package borrowing func send(_ first: Span<UInt8>, _ second: Span<UInt8>) -> SendOutcome {
        if first.isEmpty { return send(second) }
        if second.isEmpty { return send(first) }
        var result = 0
        var error: CInt = 0
        // SAFETY: the kernel only reads both spans, and the vectors, during the call.
        unsafe first.withUnsafeBytes { head in
            unsafe second.withUnsafeBytes { tail in
                let vectors: InlineArray<2, iovec> = unsafe [
                    iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress),
                        iov_len: head.count),
                    iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: tail.baseAddress),
                        iov_len: tail.count),
                ]
                unsafe vectors.span.withUnsafeBufferPointer { pair in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = UnsafeMutablePointer(mutating: pair.baseAddress)
                    unsafe message.msg_iovlen = 2
                    repeat {
                        result = unsafe weir_sendmsg(
                            descriptor, &message, CInt(MSG_NOSIGNAL))
                        error = result < 0 ? weir_errno() : 0
                    } while error == EINTR
                }
            }
        }
        return Self.outcome(result, error)
    }

    private static func outcome(_ result: Int, _ error: CInt) -> SendOutcome {
        if result >= 0 { return .sent(result) }
        return error == EAGAIN ? .sent(0) : .failed(error)
    }

    /// Says that nothing more will be sent; what was sent still arrives.
    package borrowing func shutdownWrite() { _ = weir_shutdown(descriptor, CInt(SHUT_WR)) }

    /// Makes the close abrupt (RST): the other side must not take a cut message for a whole one.
    package borrowing func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        // SAFETY: the kernel reads the option during the call.
        _ = unsafe weir_setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    /// Our end of the connection.
    package borrowing func localAddress() -> SocketAddress {
        var storage = sockaddr_storage()
        // SAFETY: the kernel writes at most the storage's size during the call.
        _ = unsafe weir_getsockname(descriptor, &storage)
        return SocketAddress(storage).unmapped
    }

    /// The error that waits on the socket, 0 if none; how a connect came out.
    package borrowing func takeError() -> CInt {
        var error: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        // SAFETY: the kernel writes one CInt during the call.
        let result = unsafe weir_getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        return result == 0 ? error : weir_errno()
    }
}
