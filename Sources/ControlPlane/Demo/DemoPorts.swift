internal import NIOCore
internal import NIOPosix

/// The demo's ports: the usual ones where they are free.
enum DemoPorts {
    /// Loopback addresses for the five listeners; `say` is told of each port that is taken.
    static func choose(areUsual: Bool, _ say: (String) -> Void) async -> Settings {
        guard areUsual else { return settings([0, 0, 0, 0, 0]) }
        var ports: [UInt16] = []
        for (name, port) in [
            ("external-http", UInt16(8080)), ("external-https", 8443), ("internal-http", 8081),
            ("status", 9090), ("admin", 9901),
        ] {
            let isFree = await isFree(port)
            if !isFree { say("port \(port) (\(name)) is taken, a free one is used") }
            ports.append(isFree ? port : 0)
        }
        return settings(ports)
    }

    private static func settings(_ ports: [UInt16]) -> Settings {
        let addresses = ports.map { [ListenAddress(ip: [127, 0, 0, 1], port: $0)] }
        var settings = Settings()
        settings.externalHTTP = addresses[0]
        settings.externalHTTPS = addresses[1]
        settings.internalHTTP = addresses[2]
        settings.internalHTTPS = []
        settings.status = addresses[3]
        settings.admin = addresses[4]
        return settings
    }

    /// Whether nobody listens there.
    ///
    /// Workers share their ports, so that binding like a worker
    /// would not tell.
    private static func isFree(_ port: UInt16) async -> Bool {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        do {
            let channel = try await bootstrap.bind(host: "127.0.0.1", port: Int(port)).get()
            try await channel.close()
            return true
        } catch {
            return false
        }
    }
}
