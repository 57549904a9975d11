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

    init(connection: Handle, id: Int32) {
        self.connection = connection
        self.id = id
    }
}
