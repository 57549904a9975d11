/// The bounds of HTTP/2 connections (design §6; RFC 9113 §10.5).
package enum HTTP2Limits {
    // LIMIT: bytes.
    /// A stream's window, and what it may grow to while its bytes are passed on as they come.
    package static let streamWindow: Int32 = 64 * 1024
    package static let streamWindowMax: Int32 = 192 * 1024
    /// The connection's window; who receives gives it back while little waits in all its streams.
    static let connectionWindow: Int32 = 1 << 20
    /// Whoever fills a stream's output goes on when no more than this waits.
    static let outputLow = 32 * 1024
    /// A frame's payload.
    static let frameBytes = 16 * 1024
    /// Header lists that are this many times larger than a head may be end their connection.
    static let bombFactor = 4
    /// Texts of heads that wait to be looked at; what is above waits with the library.
    static let textBytes = 64 * 1024
    /// What is given to the library in one call.
    package static let receiveBytes = 16 * 1024

    // LIMIT: counts.
    /// Streams that a client may have open at a time.
    package static let streamsMax: UInt32 = 100
    /// Events of one call: a frame has nine bytes and makes three events at most.
    static let eventsMax = 3 * (receiveBytes / 9) + 1024
    /// CONTINUATION frames of one head.
    static let continuationsMax = 8
    /// Fields of a head that comes, with those that say what pseudo fields said.
    static let marksMax = Head.fieldsMax + 4
    /// Fields of a head that we send, with those of our own.
    static let fieldsMax = 192
}
