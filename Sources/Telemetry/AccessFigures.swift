package import Bytes

/// The fixed part of an access record: all that is known of one exchange but its texts.
///
/// Times that did not come to pass are `AccessFigures.never`. All are nanoseconds.
package struct AccessFigures: BitwiseCopyable, Sendable {
    /// A time that did not come to pass.
    package static let never = UInt64.max

    /// When the request's head was complete, since 1970.
    package var start: UInt64 = 0
    /// From the head until a connection to the upstream was asked for.
    package var queue = never
    /// From then until it was there; 0 for a pooled one.
    package var connect = never
    /// From the head to the first byte of the upstream's answer.
    package var firstByte = never
    /// From the head to the end of the answer.
    package var total = never
    /// Bytes of the request's body.
    package var bytesIn: UInt64 = 0
    /// Bytes of the answer's body.
    package var bytesOut: UInt64 = 0
    /// The version of the table that decided.
    package var tableVersion: UInt64 = 0
    /// Whose the request was; `Handle.none` where no route took it.
    package var series = Handle.none
    /// The client, as the trusted addresses in front of it tell.
    package var client = AccessAddress()
    /// Who is at the other end of the client's connection.
    package var peer = AccessAddress()
    /// Our end of it.
    package var local = AccessAddress()
    /// The destination that was asked last.
    package var upstream = AccessAddress()
    /// The place of a sticky choice in millionths; `UInt32.max` where nothing was sticky.
    package var bucket = UInt32.max
    /// 0 when the client went away before an answer began.
    package var code: UInt16 = 0
    /// The rule that decided, 0 and up; -1 where none did.
    package var rule: Int16 = -1
    package var listener: UInt16 = 0
    /// How often the request was sent again, to another destination.
    package var resends: UInt8 = 0
    package var flag = ResponseFlag.none
    package var `protocol` = RequestProtocol.http1
    /// What stands in the request line, in tenths: 10, 11 or 20.
    package var httpVersion: UInt8 = 11
    /// Why the revision is the one it is, as `AccessReason` numbers it.
    package var reason = AccessReason.none
    package var isTLS = false
    package var tlsVersion = TLSVersion.tls13
    package var isResumed = false

    package init() {}
}
