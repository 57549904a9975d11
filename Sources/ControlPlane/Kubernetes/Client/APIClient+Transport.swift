internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOPosix

extension HTTPClient.Configuration {
    /// LIMIT: connections to the API server.
    ///
    /// Each watch holds one: those that are always there, and one for each Secret that is watched
    /// by name. Calls must never wait behind them.
    private static let connectionsMax = 512

    /// How a cluster's API server is spoken to.
    static func cluster(_ access: ClusterAccess) -> Self {
        var settings = HTTPClient.Configuration()
        // HTTP/2 would put all watches on one connection: one dead peer, one lost window or one
        // proxy's limit on streams would stop them all, and nobody here sends it PINGs.
        settings.httpVersion = .http1Only
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsMax
        // Who calls decides when to try again.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.timeout.connect = .seconds(5)
        // An API server sends nobody elsewhere, and a credential must not go there.
        settings.redirectConfiguration = .disallow
        settings.decompression = .disabled
        settings.proxy = access.proxy.map { .server(host: $0.host, port: $0.port) }
        if let name = access.serverName {
            settings.dnsOverride = [name: access.server.host]
        }
        settings.http1_1ConnectionDebugInitializer = { channel in keepAlive(channel) }
        return settings
    }

    /// Finds a dead peer within half a minute, however quiet a watch is.
    private static func keepAlive(_ channel: any Channel) -> EventLoopFuture<Void> {
        let options: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] = [
            (ChannelOptions.socket(SocketOptionLevel(SOL_SOCKET), SO_KEEPALIVE), 1),
            (tcp(TCP_KEEPIDLE), 15), (tcp(TCP_KEEPINTVL), 5), (tcp(TCP_KEEPCNT), 3),
            // Milliseconds for what was sent and is not acknowledged.
            (tcp(TCP_USER_TIMEOUT), 30_000),
        ]
        let set = options.map { channel.setOption($0.0, value: $0.1) }
        // A transport that is no TCP has no such options, and needs none.
        return EventLoopFuture.whenAllComplete(set, on: channel.eventLoop).map { _ in }
    }

    private static func tcp(_ name: CInt) -> ChannelOptions.Types.SocketOption {
        ChannelOptions.socket(SocketOptionLevel(IPPROTO_TCP), SocketOptionName(name))
    }
}
