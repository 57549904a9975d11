/// Every bound of the data plane, with its default; design: an edge needs no hardening page.
package enum Limits {
    // LIMIT: bytes.
    /// What one receive takes at most, and what waits in one direction of an exchange.
    static let receiveBytes = 64 * 1024
    /// What the kernel may hold for one socket beside what is under way.
    static let unsentBytes: Int32 = 64 * 1024
    /// Pieces up to this size are copied behind the head so that one call sends both.
    static let copyBytesMax = 4096
    /// What the buffer for outgoing cipher text may keep between calls.
    static let sealedBytesKept = 256 * 1024
    /// An explanation in a response's head.
    static let explanationBytes = 16 * 1024
    /// Our side of a handshake.
    static let handshakeBytes = 128 * 1024
    /// What TLS says by itself after the handshake while the client reads nothing.
    static let answerBytes = 8 * 1024
    /// Bytes thrown away in one call while a refused connection waits for its close.
    static let lingerBytes = 1 << 20

    /// Body bytes that may wait with all streams of a connection before its window is held back.
    static let waitingInputMax = 1 << 20
    /// Frames that are written into one call.
    static let framesBytes = 128 * 1024

    // LIMIT: counts.
    /// Clients of whom the lines that tell of them are kept, by their slots.
    static let forwardedLinesMax = 1024
    /// Streams over one connection to an upstream, whatever it allows; and before it said that.
    static let streamsPerConnection = 1000
    static let streamsBeforeSettings = 100
    /// Streams and exchanges of one worker for each of its connections.
    static let streamsPerSlot = 2
    /// Re-sends of a request that upstreams did not look at.
    static let refusalsMax = 4
    /// Interim responses to one request.
    static let interimMax = 32
    /// Pipelined requests of one connection before others get their turn.
    static let exchangesPerTurn = 64
    /// Idle connections to all upstreams: so much of a worker's connections, at most.
    static let idleShare = 4
    /// Receives from one connection before others get their turn.
    static let receivesPerTurn = 16
    /// What one revision may have, for each one that is left to others.
    static let share = 3
    /// Of the clients' slots and of the handshakes one source may have one in so many: less than a
    /// revision may have, so that others still get to that.
    static let sourceShare = 2
    /// Of all slots the last one in so many is no source's that has as many.
    static let lastShare = 8
    /// Connections that one look for room goes over, and looks before that is given up for a while.
    static let evictionSample = 4096
    static let evictionLooks = 4
    /// Connections that are closed at once, and of so many slots one.
    static let evictionsAtOnce = 64
    static let evictionShare = 512
    /// Connections taken from one listener before others get their turn.
    static let acceptsPerTurn = 64
    /// Handshakes under way: so much of a worker's connections, at most.
    static let handshakeShare = 4
    /// Client and upstream connections of one worker, when descriptors allow.
    static let connectionsMax = 1 << 17
    /// The same when descriptors are few; then they may run out first.
    static let connectionsMin = 64
    /// Descriptors that are the control plane's: files, its own connections, eventfds.
    static let descriptorsKept = 128
    /// Idle connections kept to one destination, per worker.
    static let idlePerDestinationMax = 256
    /// Connections that the kernel holds back for us per listener.
    static let backlog: Int32 = 4096
    /// Listeners of one worker.
    static let listenersMax = 32

    // LIMIT: nanoseconds.
    /// Streams without a cookie share their connection's key for so long.
    static let provisionalTime: UInt64 = 10 * second
    /// What a client sends behind its last answer is read away until it pauses for so long.
    static let lingerPause: UInt64 = 2 * second
    /// The same, without a pause.
    static let lingerTime: UInt64 = 30 * second
    /// A closing connection whose client takes nothing for so long is cut.
    static let flushTime: UInt64 = 60 * second
    /// Who waits for less than this is not closed for others.
    static let evictionAge: UInt64 = 2 * second
    static let acceptPause: UInt64 = 100 * millisecond
    static let backOffFirst: UInt64 = 250 * millisecond
    static let backOffMax: UInt64 = 10 * second

    static let millisecond: UInt64 = 1_000_000
    static let second: UInt64 = 1_000_000_000
}
