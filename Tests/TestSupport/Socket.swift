import Glibc
import Synchronization

/// A loopback TCP socket whose every wait has a deadline; closed when nobody holds it.
///
/// One thread reads and one writes; any thread may `cut` it.
package final class Socket: Sendable {
    /// The descriptor, or -1 once closed.
    private let descriptor: Mutex<Int32>

    package init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit { close() }

    private var fd: Int32 { descriptor.withLock { $0 } }

    /// Connects to a port of 127.0.0.1; `host` is the last byte of the address that it comes from.
    package static func connect(
        to port: UInt16, from host: UInt8? = nil, receiveBuffer: Int32? = nil,
        within limit: Duration = .seconds(5)
    ) throws -> Socket {
        let fd = try open()
        let socket = Socket(descriptor: fd)
        if let host {
            let status = withAddress(host: host, port: 0) { Glibc.bind(fd, $0, $1) }
            guard status == 0 else { throw TestFault("bind to 127.0.0.\(host): errno \(errno)") }
        }
        if let receiveBuffer { setOption(fd, SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        setOption(fd, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        let status = withAddress(port: port) { Glibc.connect(fd, $0, $1) }
        if status != 0 {
            if errno == ECONNREFUSED { throw WireFault.refused }
            throw TestFault("connect to \(port): errno \(errno)")
        }
        return socket
    }

    /// Binds to a port of 127.0.0.1 (0: the kernel's choice); it refuses until `listen`.
    package static func bind(port: UInt16 = 0) throws -> Socket {
        let fd = try open()
        let socket = Socket(descriptor: fd)
        setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1)
        let status = withAddress(port: port) { Glibc.bind(fd, $0, $1) }
        guard status == 0 else { throw TestFault("bind to \(port): errno \(errno)") }
        return socket
    }

    package func listen(backlog: Int32 = 1024) throws {
        guard Glibc.listen(fd, backlog) == 0 else { throw TestFault("listen: errno \(errno)") }
    }

    /// The port it is bound to.
    package var port: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(fd, $0, &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Waits for a connection; nil once the socket was cut.
    package func accept() -> Socket? {
        while true {
            let accepted = Glibc.accept(fd, nil, nil)
            if accepted >= 0 {
                Self.setOption(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
                return Socket(descriptor: accepted)
            }
            if errno != EINTR && errno != ECONNABORTED { return nil }
        }
    }

    /// Reads what is there, at most `limit` bytes, into `bytes`; gives the count, 0 at the end.
    package func read(
        into bytes: inout [UInt8], atMost limit: Int = 65536, by deadline: Deadline
    ) throws -> Int {
        try waitUntil(POLLIN, by: deadline)
        let start = bytes.count
        var count = 0
        let fd = self.fd
        let chunk = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            count = recv(fd, buffer.baseAddress, limit, 0)
            filled = max(0, count)
        }
        if count < 0 {
            if errno == ECONNRESET { throw WireFault.reset("\(start) bytes") }
            throw WireFault.ended("errno \(errno)")
        }
        bytes.append(contentsOf: chunk)
        return count
    }

    /// Writes all of it, and throws when the other side is gone or takes nothing until `deadline`.
    package func write(_ bytes: some Collection<UInt8>, by deadline: Deadline) throws {
        let done: Void? = try bytes.withContiguousStorageIfAvailable {
            try writeAll($0, by: deadline)
        }
        if done == nil { try write(Array(bytes), by: deadline) }
    }

    private func writeAll(_ bytes: UnsafeBufferPointer<UInt8>, by deadline: Deadline) throws {
        guard let base = bytes.baseAddress else { return }
        var sent = 0
        while sent < bytes.count {
            try waitUntil(POLLOUT, by: deadline)
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let count = Glibc.send(fd, base + sent, bytes.count - sent, flags)
            if count >= 0 {
                sent += count
            } else if errno == ECONNRESET || errno == EPIPE {
                throw WireFault.reset("after \(sent) of \(bytes.count) bytes sent")
            } else if errno != EAGAIN && errno != EINTR {
                throw WireFault.ended("send: errno \(errno)")
            }
        }
    }

    private func waitUntil(_ event: Int32, by deadline: Deadline) throws {
        var entry = pollfd(fd: fd, events: Int16(event), revents: 0)
        while true {
            let count = poll(&entry, 1, deadline.millisecondsLeft)
            if count > 0 { return }
            if count == 0 { throw WireFault.timedOut("") }
            if errno != EINTR { throw TestFault("poll: errno \(errno)") }
        }
    }

    /// Says "no more bytes" and goes on reading.
    package func finishWriting() {
        _ = shutdown(fd, Int32(SHUT_WR))
    }

    /// Wakes every thread that waits on it and ends both directions; the descriptor stays.
    package func cut() {
        _ = shutdown(fd, Int32(SHUT_RDWR))
    }

    /// Closes in the normal way.
    package func close() {
        descriptor.withLock {
            if $0 >= 0 { _ = Glibc.close($0) }
            $0 = -1
        }
    }

    /// Closes with a reset (SO_LINGER with no time).
    package func reset() {
        descriptor.withLock {
            guard $0 >= 0 else { return }
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                $0, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
            _ = Glibc.close($0)
            $0 = -1
        }
    }

    private static func open() throws -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let fd = socket(AF_INET, type, 0)
        guard fd >= 0 else { throw TestFault("socket: errno \(errno)") }
        return fd
    }

    private static func setOption(_ fd: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(fd, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func withAddress(
        host: UInt8 = 1, port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (UInt32(0x7f00_0000) + UInt32(host)).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
