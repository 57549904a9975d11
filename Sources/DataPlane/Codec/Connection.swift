import Bytes
import HTTP
import Reactor
import Routing
import TLS

/// One transport, of a client or to an upstream, with its codec: HTTP/1's, or an HTTP/2 session.
///
/// A waiting connection holds no buffer: `input` and `output` are empty then.
struct Connection: ~Copyable {
    /// Where the connection stands; client phases first.
    enum Phase: UInt8 {
        /// Client: the PROXY header is awaited, before anything else.
        case proxyHeader
        /// Client: the TLS handshake is under way, or yet to begin.
        case handshake
        /// Client: the next head is awaited or partly there.
        case requestHead
        /// Client: the body of the exchange's request is being read.
        case requestBody
        /// Client: the request is complete, its response is not.
        case awaitingResponse
        /// Client: the last answer was sent; what still comes is thrown away before the close.
        case lingering
        /// Upstream: connect under way.
        case connecting
        /// Upstream: in the pool.
        case idle
        case responseHead
        case responseBody
        /// Either: an HTTP/2 session, whose streams stand for themselves.
        case multiplexed
        /// Either: closed as soon as `output` is empty.
        case flushing
    }

    /// Of what the kernel tells.
    enum Watch: UInt8 {
        /// Client: what is there already is being looked at.
        case nothing
        /// Client: that something comes.
        case input
        /// And that there is room to write again.
        case both
    }

    var socket: Socket
    var phase: Phase
    let isClient: Bool
    /// Bytes received and not yet understood.
    var input = Buffer()
    /// Bytes that the kernel did not take yet; cipher text on TLS.
    var output = Buffer()

    /// The kernel may have more for us: an edge came, or the last receive filled its room.
    var isReadable = false
    /// The kernel said that the other side closed: reading goes on to the end.
    var isHungUp = false
    /// The end was read: the other side closed its half.
    var isReadClosed = false
    /// The kernel took less than it was given; it tells when it has room again.
    var isWriteBlocked = false
    var watch = Watch.nothing
    /// The transport failed; nothing more can be sent or read.
    var isBroken = false
    /// A write learned that the other side has reset it, and had not ended it before; reading says no
    /// more than that nothing comes then.
    var wasReset = false
    /// After the current exchange the connection is closed.
    var closesAfterExchange = false
    /// Before the close, what the other side still sends is read away, so that our last answer
    /// is not destroyed by a reset.
    var lingersBeforeClose = false
    /// Our half is closed once `output` is out.
    var shutsDownWhenSent = false
    var isInRunQueue = false

    /// The exchange of HTTP/1; those of HTTP/2 belong to streams.
    var exchange = Handle.none
    /// Reads the body that comes in on this connection.
    var body = BodyDecoder(.none)
    /// The last chunk of the body that goes out is written, its trailers are being passed on.
    var hasStagedLastChunk = false
    var requestParser = RequestHeadParser()
    var responseParser = ResponseHeadParser()
    /// Nothing was said yet that only HTTP/1 says.
    var mayBeginHTTP2 = true
    /// The deadline is that of an unfinished head.
    var isHeadTimed = false
    /// Bytes of an unfinished head in which no line end is left to find.
    var searched = 0

    /// When the owner looks at the connection next, monotonic nanoseconds; `.max` never.
    var deadline = UInt64.max
    /// When the wheel comes out for it; `.max` not scheduled.
    var scheduled = UInt64.max
    /// Since when nothing is under way on it, monotonic nanoseconds.
    ///
    /// Its last exchange or stream ended then, or it was accepted, or put into its pool. Of no
    /// meaning while something is.
    var idleSince: UInt64 = 0

    // HTTP/2.
    /// None on connections of HTTP/1.
    var http2 = HTTP2Session.none
    /// HTTP/2 is spoken, or will be once the transport is there.
    var isMultiplexed = false
    /// Something is to be sent at the end of the turn.
    var isDirty = false
    /// No further stream begins on it: a GOAWAY went or came, or its time is over.
    var isRetiring = false
    /// It was told so for good.
    var refusesStreams = false
    /// The other side's first SETTINGS came.
    var hasSettings = false
    /// When they must have come; `.max` once they have, or it was seen that they have not.
    var settingsDueAt = UInt64.max
    /// A PING of ours waits for any sign of life.
    var isPinged = false
    /// Its streams, the newest first.
    var firstStream = Handle.none
    var streamCount = 0
    /// Exchanges that wait for the connection, linked through them.
    var firstWaiting = Handle.none
    var lastWaiting = Handle.none
    var waitingCount = 0
    /// Bytes came last, monotonic nanoseconds.
    var heardAt: UInt64 = 0
    /// Since when its answers wait for windows (0: they do not), and how much must have left in all
    /// for that to begin anew.
    var stalledSince: UInt64 = 0
    var stallEnd: UInt64 = 0
    /// When it retires, or is closed though its client still sends; `.max` never.
    var retiresAt = UInt64.max

    // Client.
    /// The key that its first streams share, before a cookie came back.
    var provisionalKey: StickyKey?
    var provisionalUntil: UInt64 = 0
    /// Bytes that wait in its streams' inputs, and bytes of its window that are held back for that.
    var waitingInput = 0
    var heldWindow = 0
    /// Its window of bytes that were passed on in the present call.
    var passedOn = 0
    /// The client as far as the transport knows it: the other end, or whom the PROXY header names.
    var remote: SocketAddress { didSet { remoteText = AddressText() } }
    /// The same in words, once a request was passed on.
    var remoteText = AddressText()
    /// Our end; known where a log is written.
    var local = SocketAddress()
    var listener = 0
    var isExternal = true
    /// What it says is encrypted, behind a PROXY header if there is one.
    var isTLS = false
    /// None on plain connections, and until the first byte of a handshake.
    var tls = TLSSession.none
    /// Bytes that TLS itself has said since `output` was empty.
    var unreadAnswers = 0
    /// Bytes that say who the client is by its certificate; 0 when it showed none.
    var clientCertificateCount = 0
    /// It may say for whom it asks: `X-Forwarded-*` of it are believed.
    var isTrusted = false
    /// It counts as one of its source's connections.
    var isCounted = false

    // Upstream.
    var destination = Handle.none
    /// Neighbours in the destination's list: of idle connections, or of those with HTTP/2.
    var nextIdle = Handle.none
    var previousIdle = Handle.none
    /// Exchanges begun on it; a first exchange is not re-sent when the connection dies.
    var exchangesBegun: UInt32 = 0

    init(
        client socket: consuming Socket, from remote: SocketAddress, listener: Int, external: Bool
    ) {
        self.socket = socket
        self.remote = remote
        self.listener = listener
        isExternal = external
        isClient = true
        phase = .requestHead
    }

    init(upstream socket: consuming Socket, to remote: SocketAddress, destination: Handle) {
        self.socket = socket
        self.remote = remote
        self.destination = destination
        isClient = false
        phase = .connecting
    }

    /// Whether nothing is read from it now, so that a failure would not be noticed by reading.
    var isOnlyWriting: Bool { phase == .awaitingResponse || phase == .flushing }

    /// Whether its TLS has begun: the first byte came.
    var hasSession: Bool { !tls.isNone }

    /// Whether so much waits for the kernel that its source must pause.
    var isOutputFull: Bool { output.count >= Limits.receiveBytes }
}
