package import Bytes

/// One stream of an HTTP/2 connection, as the wire has it: what came and was not passed on, and
/// what waits to be sent.
///
/// It begins with a head, or with a request of ours, and ends with the session's `closed` event;
/// its exchange may be over before that, while bytes still wait.
package struct HTTP2Stream: ~Copyable {
    /// The connection that carries it.
    package let connection: Handle
    /// Its number on the wire; 0 until a request of ours has one.
    package internal(set) var id: Int32
    /// Who uses it; none once the exchange is over.
    package var exchange = Handle.none
    /// Neighbours in the connection's list of streams.
    package var next = Handle.none
    package var previous = Handle.none

    // Inwards.
    /// Body bytes that came and were not passed on: their window is not given back.
    package var input = Buffer()
    /// Trailer lines that came, as HTTP/1 writes them.
    package var inputTrailers = Buffer()
    /// The other side has said all.
    package var isInputEnded = false
    /// Body bytes that were passed on; for the window's growth.
    package var passedOn: UInt64 = 0
    /// The stream's window as we told it.
    package internal(set) var window = HTTP2Limits.streamWindow

    /// The wire is done with it; only `input` is still to be passed on.
    package var isClosed = false

    /// It ends too early, as events that are still to be looked at say.
    package var isAborted = false

    /// Bytes of its body that were announced, -1 without; and those that came.
    private var expected: Int64 = -1
    private var received: Int64 = 0
    /// A request, or a final response, has come.
    private(set) var hasHead = false
    /// The message is none (RFC 9113 §8.1.1), and the other side is told.
    var isRefused = false
    /// What we asked for has no body in its answer, or a tunnel instead of one.
    var asksWithHEAD = false
    var asksForTunnel = false

    // Outwards.
    /// Body bytes that wait for their turn and for the other side's window.
    package var output = Buffer()
    /// Trailer lines that follow them, as HTTP/1 writes them.
    package var outputTrailers = Buffer()
    /// Nothing more will be put into `output`.
    package var isOutputEnded = false
    /// Who fills `output` waits for room.
    package var isSourceWaiting = false
    /// The library waits to be told that there are bytes again.
    var isDeferred = false
    /// It was refused for reasons of our own.
    var isShed = false
    /// Reset it once our side is said: the rest of what it sends is not wanted.
    package var resetsWhenSaid = false

    // MARK: The message that comes (RFC 9113 §8.1.1)

    /// A request's head came.
    mutating func takeRequest(length: Int64, isTunnel: Bool) {
        hasHead = true
        expected = isTunnel ? -1 : length
    }

    /// A head came that is answered with a fault: the body's length is nobody's concern.
    mutating func takeRefusedHead() {
        hasHead = true
        expected = -1
    }

    /// A response's head came, which is not the final one where the status is below 200.
    mutating func takeResponse(status: UInt16, length: Int64) {
        if status < 200 { return }
        hasHead = true
        if asksWithHEAD || status == 204 || status == 304 {
            expected = 0
        } else if !asksForTunnel || status >= 300 {
            expected = length
        }
    }

    /// Bytes of the body came; false when they may not.
    mutating func takeData(_ count: Int) -> Bool {
        received &+= Int64(count)
        return hasHead && (expected < 0 || received <= expected)
    }

    /// Whether the message may end here.
    var isWhole: Bool { hasHead && (expected < 0 || received == expected) }

    init(connection: Handle, id: Int32) {
        self.connection = connection
        self.id = id
    }
}
