import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// One request with its response, whatever the protocols on both sides.
///
/// It keeps what was decided, never the table.
struct Exchange: ~Copyable {
    var client: Handle
    var upstream = Handle.none

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
    var isProbe = false
    /// Whether the revision's gauge counts this exchange now.
    var isCountedActive = false

    // The request.
    /// The head as it came, for a safe re-send; released with the first response byte.
    var requestHead = Buffer()
    var requestFraming = BodyFraming.none
    var method = Method.other
    var clientVersion: UInt8 = 1
    var clientKeepsAlive = true
    var isRequestComplete = false
    /// Bytes of the body went out to the present upstream connection.
    var sentBody = false
    /// Re-sends done; at most one.
    var resends: UInt8 = 0
    /// Where the first attempt failed; a re-send goes elsewhere if it can.
    var avoidedDestination = Handle.none
    /// It could not be connected to: asking it again is in vain.
    var isAvoidedUnreachable = false

    // The response.
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

    // The access record.
    /// Its texts, as far as they are known; empty where nothing is logged.
    var texts = Buffer()
    /// Bytes of both bodies.
    var bytesIn: UInt64 = 0
    var bytesOut: UInt64 = 0
    /// The address that was asked last.
    var upstreamAddress = SocketAddress()

    init(client: Handle, startedAt: UInt64) {
        self.client = client
        self.startedAt = startedAt
    }
}
