import Glibc
import Reactor
import Testing

/// Options of real sockets that an accepted connection has from its listener.
struct ListeningSocketTests {
    private static let options = SocketOptions(
        keepAliveAfter: 60, keepAliveEvery: 10, keepAliveProbes: 3, userTimeout: 30_000,
        unsentBytes: 65_536)

    private static func option(_ name: CInt, of descriptor: CInt) -> CInt {
        var value: CInt = -1
        var size = socklen_t(MemoryLayout<CInt>.size)
        #expect(getsockopt(descriptor, CInt(IPPROTO_TCP), name, &value, &size) == 0)
        return value
    }

    private static func listening() throws -> ListeningSocket {
        let local: [UInt8] = [127, 0, 0, 1]
        return try ListeningSocket(
            address: SocketAddress(ip: local.span, port: 0), dualStack: false, backlog: 8,
            options: options)
    }

    private struct NoConnection: Error {}

    private static func connected(to listener: borrowing ListeningSocket) throws -> Socket {
        switch Socket.connect(to: listener.address, options: options) {
        case .started(let client): return client
        default: throw NoConnection()
        }
    }

    /// Whether so many connections wait on the listener, within seconds.
    private static func becomes(_ count: Int, on listener: borrowing ListeningSocket) -> Bool {
        let deadline = ContinuousClock.now + .seconds(5)
        while listener.waitingCount() != count {
            if ContinuousClock.now > deadline { return false }
            _ = poll(nil, 0, 1)
        }
        return true
    }

    @Test func `a listener tells how many connections wait`() throws {
        let listener = try Self.listening()
        #expect(listener.waitingCount() == 0)
        for count in 1...3 {
            let client = try Self.connected(to: listener)
            let waits = Self.becomes(count, on: listener)
            // A client that has gone waits all the same: this one is closed here.
            #expect(waits && client.descriptor >= 0)
        }
        for left in [2, 1, 0] {
            guard case .accepted = listener.accept(Self.options) else {
                Issue.record("nothing was accepted")
                return
            }
            #expect(listener.waitingCount() == left)
        }
    }

    @Test func `an accepted connection acknowledges with its answer, and sends at once`() throws {
        let listener = try Self.listening()
        let client = try Self.connected(to: listener)
        var waiting = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 5000) == 1)
        guard case .accepted(let server, _) = listener.accept(Self.options) else {
            Issue.record("nothing was accepted")
            return
        }
        #expect(Self.option(TCP_QUICKACK, of: server.descriptor) == 0)
        #expect(Self.option(TCP_QUICKACK, of: client.descriptor) == 1)
        #expect(Self.option(TCP_NODELAY, of: server.descriptor) == 1)
    }
}
