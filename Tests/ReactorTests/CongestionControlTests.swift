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

    /// The algorithms of both ends of a connection over loopback, `ip` being listened on.
    private static func ends(
        listeningAt ip: [UInt8], _ control: CongestionControl
    ) throws -> (client: String, server: String) {
        let listener = try ListeningSocket(
            address: SocketAddress(ip: ip.span, port: 0), dualStack: false, backlog: 1,
            options: options(control))
        let loopback: [UInt8] = [127, 0, 0, 1]
        let target = SocketAddress(ip: loopback.span, port: listener.address.port)
        guard case .started(let client) = Socket.connect(to: target, options: options(control))
        else { throw Absent() }
        var waiting = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 5000) == 1)
        guard case .accepted(let server, _) = listener.accept(options(control)) else {
            throw Absent()
        }
        return (algorithm(of: client.descriptor), algorithm(of: server.descriptor))
    }

    private struct Absent: Error {}

    @Test(arguments: [[127, 0, 0, 1], [0, 0, 0, 0]] as [[UInt8]])
    func `within this host another algorithm is used on both sides`(ip: [UInt8]) throws {
        let ends = try Self.ends(
            listeningAt: ip, CongestionControl(everywhere: Self.system, withinHost: "reno"))
        #expect(ends.client == "reno")
        #expect(ends.server == "reno")
    }

    @Test(arguments: [[127, 0, 0, 1], [0, 0, 0, 0]] as [[UInt8]])
    func `without a choice it is the system's`(ip: [UInt8]) throws {
        let ends = try Self.ends(listeningAt: ip, CongestionControl())
        #expect(ends.client == Self.system)
        #expect(ends.server == Self.system)
    }

    @Test func `a choice for all is that of this host too`() throws {
        let ends = try Self.ends(listeningAt: [0, 0, 0, 0], CongestionControl(everywhere: "reno"))
        #expect(ends.client == "reno")
        #expect(ends.server == "reno")
    }

    @Test(arguments: ["bbr", "bbr2"])
    func `what paces is not used within this host`(system: String) {
        #expect(
            CongestionControl.automatic(system: system) == CongestionControl(withinHost: "reno"))
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
