/// What a body decoder found next.
///
/// Ranges lie in the bytes that were given, behind the old offset.
package enum BodyEvent: Equatable, Sendable {
    /// Bytes of the body, one or more, as they stand in the buffer.
    case data(Range<Int>)
    /// A trailer field, value without surrounding blanks, that may be forwarded.
    case trailer(name: Range<Int>, value: Range<Int>)
    /// Nothing more can be told: drop the bytes before the offset, keep those behind it, and ask
    /// again with more of them.
    case needsMore
    /// The message is over; what follows the offset belongs to the next one.
    case end
    /// The framing is broken: nothing behind it can be trusted, the connection must close.
    case refused(HeadFault)
}
