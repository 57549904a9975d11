import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// One request with its response, whatever the protocols on both sides.
///
/// It keeps what was decided, never the table.
struct Exchange: ~Copyable {
    /// The client's connection; on HTTP/2 the stream too, which may be gone before the exchange.
    var client: Handle
    let clientStream: Handle
    var upstream = Handle.none
    var upstreamStream = Handle.none
    /// The next that waits for the same connection.
    var nextWaiting = Handle.none

    // For whom.
    /// The client, as far as trusted proxies tell.
    var clientAddress = SocketAddress()
    /// The client speaks https, with us or with a trusted proxy.
    var isSecure = false

    /// The request's id where we gave it, two words of a UUID.
    var requestID: (first: UInt64, second: UInt64) = (0, 0)
    var givesRequestID = false

    // What was decided.
    var series = Handle.none
    /// The key of a `weir-split` cookie that the response sets.
    var issuedKey: StickyKey?
    /// Fields that the decision adds to the response; empty for most.
    var responseFields = Buffer()
    /// The response names the revision, so that the upstream's own word on it is dropped.
    var exposesRevision = false
    var reason = DecisionReason.none
    var rule: Int16 = -1
    var bucket = UInt32.max
    var tableVersion: UInt64 = 0
    var destination = Handle.none
    /// The set that it is of: the revision's.
    var destinationSet = Handle.none
    var isProbe = false
    /// Whether the revision's gauge counts this exchange now.
    var isCountedActive = false

    // The request.
    /// The head as it came, for a safe re-send; released with the first response byte.
    var requestHead = Buffer()
    /// Fields whose marks lie at its end (`HTTP2Head`).
    var requestMarks: UInt8 = 0
    var requestFraming = BodyFraming.none
    var method = Method.other
    var clientVersion: UInt8 = 1
    var clientKeepsAlive = true
    var isRequestComplete = false
    /// Bytes of the body went out to the present upstream connection.
    var sentBody = false
    /// Re-sends done; at most one, and some more of what the upstream did not look at.
    var resends: UInt8 = 0
    /// Those more.
    var resendsUnseen: UInt8 = 0
    /// Where the first attempt failed; a re-send goes elsewhere if it can.
    var avoidedDestination = Handle.none
    /// It could not be connected to: asking it again is in vain.
    var isAvoidedUnreachable = false

    // Tunnels and gRPC.
    /// The client asks for a WebSocket.
    var wantsTunnel = false
    /// It has one: bytes pass both ways until an end.
    var isTunnel = false
    /// Where the upstream's frames lie, and whether ours has been put among them, or waits to be.
    var frames = WebSocketFrames()
    var farewell = Farewell.none
    /// HTTP/1 is spoken to the upstream whatever its port says: it takes no tunnels over HTTP/2.
    var avoidsHTTP2 = false
    /// Twenty bytes of `Sec-WebSocket-Accept` for the key that the client, or we, sent.
    var accept = WebSocketAccept()
    /// It asks for gRPC, and so faults are told as gRPC tells them.
    var isGRPC = false
    /// What the upstream's trailers said; none so far.
    var grpcStatus = GRPCStatus.missing

    // The response.
    var interimCount = 0
    /// Any byte of a response came (an interim one too): no re-send from here on.
    var hasResponseByte = false
    var isResponseHeadSent = false
    var responseFraming = BodyFraming.none
    /// How the body goes to the client.
    var clientFraming = BodyFraming.none
    var status: UInt16 = 0
    var flag = ResponseFlag.none

    // Times, monotonic nanoseconds.
    var startedAt: UInt64
    /// A connection to the upstream was asked for, and was there; 0: not yet.
    var reachedAt: UInt64 = 0
    var connectedAt: UInt64 = 0
    var firstByteAt: UInt64 = 0

    /// How far it was when it was looked at last, and since when.
    var idleMark: UInt64 = 0
    var idleSince: UInt64 = 0

    // The access record.
    /// Its texts, as far as they are known; empty where nothing is logged.
    var texts = Buffer()
    /// Bytes of both bodies.
    var bytesIn: UInt64 = 0
    var bytesOut: UInt64 = 0
    /// The address that was asked last.
    var upstreamAddress = SocketAddress()

    /// How far we are with telling a WebSocket's client that we go away.
    enum Farewell: UInt8 { case none, due, said }

    init(client: Side, startedAt: UInt64) {
        self.client = client.connection
        clientStream = client.stream
        self.startedAt = startedAt
    }

    /// Takes in what the request's head says of the exchange; `keepsAlive` says whether the connection
    /// may be kept at all.
    mutating func take(_ head: borrowing Head, keepsAlive: Bool) {
        method = head.method
        clientVersion = head.version
        clientKeepsAlive = head.keepsAlive && keepsAlive
        requestFraming = head.framing
        wantsTunnel = head.upgradesToWebSocket
    }

    var clientSide: Side { Side(connection: client, stream: clientStream) }
    var upstreamSide: Side { Side(connection: upstream, stream: upstreamStream) }
}
