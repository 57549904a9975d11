internal import Logging
internal import NIOCore
internal import Synchronization

/// Keeps the connections to one address of the pages few and short: whoever reaches it may connect.
///
/// The oldest gives way to a new one, so that nobody keeps a probe out by connecting and waiting.
final class PageGate: Sendable {
    /// LIMIT: connections at one time.
    static let connectionsMax = 32
    /// The time for a head to come, after connecting or after an answer.
    static let idleTime: TimeAmount = .seconds(15)
    /// After so long a connection is closed between two answers, and a little later in any case.
    private static let lifetime: TimeAmount = .seconds(60)
    private static let grace: TimeAmount = .seconds(10)
    /// How long answers may still take when the server is told to end.
    private static let endTime: TimeAmount = .seconds(1)

    private let setting: String
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        /// The oldest first.
        var channels: [any Channel] = []
        var hasSpoken = false
    }

    /// `setting` names the listener, for people.
    init(setting: String, logger: Logger) {
        self.setting = setting
        self.logger = logger
    }

    /// Takes a connection, and closes the oldest where they are too many.
    func take(_ channel: any Channel) {
        let (oldest, isFirst) = state.withLock { state -> ((any Channel)?, Bool) in
            state.channels.append(channel)
            guard state.channels.count > Self.connectionsMax else { return (nil, false) }
            defer { state.hasSpoken = true }
            return (state.channels.removeFirst(), !state.hasSpoken)
        }
        oldest?.close(promise: nil)
        if isFirst {
            logger.warning(
                """
                listeners.\(setting): more than \(Self.connectionsMax) connections, the oldest are \
                closed; this is not said again
                """)
        }
        let ends = [
            channel.eventLoop.scheduleTask(in: Self.lifetime) {
                channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            },
            channel.eventLoop.scheduleTask(in: Self.lifetime + Self.grace) {
                channel.close(promise: nil)
            },
        ]
        channel.closeFuture.whenComplete { [weak self] _ in
            for end in ends { end.cancel() }
            self?.state.withLock { $0.channels.removeAll { $0 === channel } }
        }
    }

    /// Closes those soon whose answers nobody takes.
    func end() {
        for channel in state.withLock({ $0.channels }) {
            channel.eventLoop.scheduleTask(in: Self.endTime) { channel.close(promise: nil) }
        }
    }
}

/// Shows a connection to the gate.
final class PageGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let gate: PageGate

    init(_ gate: PageGate) { self.gate = gate }

    func handlerAdded(context: ChannelHandlerContext) { gate.take(context.channel) }
}
