import Glibc
import Reactor
import Testing

/// TCP_CONGESTION of real sockets.
///
/// Every kernel has reno; only where the system uses another one can a choice be seen.
struct CongestionControlTests {
    private static func options(_ control: CongestionControl) -> SocketOptions {
        SocketOptions(
            keepAliveAfter: 60, keepAliveEvery: 10, keepAliveProbes: 3, userTimeout: 30_000,
            unsentBytes: 65_536, congestionControl: control)
    }

    /// What the kernel says that a socket uses.
    private static func algorithm(of descriptor: CInt) -> String {
        var name = [CChar](repeating: 0, count: 17)
        var size = socklen_t(16)
        let result = getsockopt(descriptor, CInt(IPPROTO_TCP), TCP_CONGESTION, &name, &size)
        #expect(result == 0)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }

    private static let system: String = {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return algorithm(of: descriptor)
    }()

    /// The algorithms of a listener at all addresses or at `ip`, and of both ends of a connection
    /// to it at `ip`.
    private static func ends(
        at ip: [UInt8], _ control: CongestionControl, listensAtAll: Bool = false
    ) throws -> Ends {
        let any: [UInt8] = [0, 0, 0, 0]
        let listener = try ListeningSocket(
            address: SocketAddress(ip: listensAtAll ? any.span : ip.span, port: 0),
            dualStack: false, backlog: 1, options: options(control))
        let target = SocketAddress(ip: ip.span, port: listener.address.port)
        guard case .started(let client) = Socket.connect(to: target, options: options(control))
        else { throw Absent() }
        var waiting = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 5000) == 1)
        guard case .accepted(let server, _) = listener.accept(options(control)) else {
            throw Absent()
        }
        return Ends(
            listener: algorithm(of: listener.descriptor), client: algorithm(of: client.descriptor),
            server: algorithm(of: server.descriptor))
    }

    private struct Ends: Equatable {
        var listener: String
        var client: String
        var server: String

        init(listener: String, client: String, server: String) {
            self.listener = listener
            self.client = client
            self.server = server
        }

        init(all: String) { self.init(listener: all, client: all, server: all) }
    }

    private static let loopback: [UInt8] = [127, 0, 0, 1]

    private struct Absent: Error {}

    /// What a socket had before it may mark it for ever, so the listener must have it already.
    @Test(arguments: [false, true])
    func `over loopback another algorithm is used on both sides`(listensAtAll: Bool) throws {
        let control = CongestionControl(network: Self.system, loopback: "reno")
        let ends = try Self.ends(at: Self.loopback, control, listensAtAll: listensAtAll)
        #expect(ends == Ends(all: "reno"))
    }

    @Test(arguments: [false, true])
    func `without a choice it is the system's`(listensAtAll: Bool) throws {
        let ends = try Self.ends(
            at: Self.loopback, CongestionControl(), listensAtAll: listensAtAll)
        #expect(ends == Ends(all: Self.system))
    }

    /// In a network of the test's own, where an address that is not loopback's can be had.
    @Test(arguments: [false, true])
    func `over a network the network's algorithm is used`(listensAtAll: Bool) throws {
        guard
            let found = OwnNetwork.run(
                address: "10.9.0.1",
                {
                    try Self.ends(
                        at: [10, 9, 0, 1],
                        CongestionControl(network: "reno", loopback: Self.system),
                        listensAtAll: listensAtAll)
                })
        else { return print("left out: no network of our own can be made") }
        let ends = try found.get()
        #expect(ends.client == "reno")
        #expect(ends.server == "reno")
        #expect(ends.listener == (listensAtAll ? Self.system : "reno"))
    }

    @Test(arguments: ["bbr", "bbr2"])
    func `what paces is not used over loopback`(system: String) {
        #expect(
            CongestionControl.automatic(system: system)
                == CongestionControl(network: system, loopback: "reno"))
    }

    @Test(arguments: ["cubic", "reno", "dctcp", ""])
    func `what does not pace is used everywhere`(system: String) {
        #expect(CongestionControl.automatic(system: system) == CongestionControl())
    }

    @Test func `what the kernel grants is tried`() {
        #expect(CongestionControl.isGranted("reno"))
        #expect(!CongestionControl.isGranted("no-such-one"))
    }

    @Test(
        arguments: [
            ([127, 0, 0, 1], true), ([127, 255, 0, 9], true), ([128, 0, 0, 1], false),
            ([10, 127, 0, 1], false), (Array(repeating: 0, count: 15) + [1], true),
            (Array(repeating: 0, count: 16), false),
            ([127] + Array(repeating: 0, count: 15), false),
        ] as [([UInt8], Bool)])
    func `loopback addresses are known`(ip: [UInt8], isLoopback: Bool) {
        #expect(SocketAddress(ip: ip.span, port: 1).isLoopback == isLoopback)
    }
}
