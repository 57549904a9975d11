import ControlPlane
import NIOCore
import NIOPosix

/// The demo's ports: the usual ones where they are free.
enum DemoPorts {
    /// Loopback addresses for the four listeners; `say` is told of each port that is taken.
    static func choose(_ say: (String) -> Void) async -> Settings {
        var settings = Settings()
        settings.externalHTTP = [await address("external-http", 8080, say)]
        settings.internalHTTP = [await address("internal-http", 8081, say)]
        settings.status = [await address("status", 9090, say)]
        settings.admin = [await address("admin", 9901, say)]
        return settings
    }

    private static func address(
        _ name: String, _ port: UInt16, _ say: (String) -> Void
    ) async -> ListenAddress {
        if await isFree(port) { return ListenAddress(ip: [127, 0, 0, 1], port: port) }
        say("port \(port) (\(name)) is taken, a free one is used")
        return ListenAddress(ip: [127, 0, 0, 1], port: 0)
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
