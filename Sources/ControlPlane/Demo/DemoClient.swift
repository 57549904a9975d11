internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A client on one keep-alive connection to the gateway, for the demo's own traffic.
struct DemoClient {
    private typealias Exchange = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    let port: Int

    /// Connects, and asks again and again, for the host that `host` gives for the number of the
    /// request, until that gives none or the gateway closes the connection.
    func ask(every pause: Duration, _ host: @Sendable (Int) -> String?) async throws {
        let channel: Exchange = try await ClientBootstrap(
            group: MultiThreadedEventLoopGroup.singleton
        ).connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                return try Exchange(wrappingChannelSynchronously: channel)
            }
        }
        try await channel.executeThenClose { inbound, outbound in
            var answers = inbound.makeAsyncIterator()
            for number in 0... {
                try await Task.sleep(for: pause)
                guard let host = host(number) else { return }
                let head = HTTPRequestHead(
                    version: .http1_1, method: .GET, uri: "/",
                    headers: ["Host": host, "User-Agent": "weir-demo"])
                try await outbound.write(.head(head))
                try await outbound.write(.end(nil))
                var isAnswered = false
                while !isAnswered, let part = try await answers.next() {
                    if case .end = part { isAnswered = true }
                }
                guard isAnswered else { return }
            }
        }
    }
}
