/// What a head parser says of the bytes so far.
package enum HeadStatus: Equatable, Sendable {
    /// The head is not whole: call again with the same bytes and more behind them.
    case needsMore
    /// The head is the first `length` bytes; what follows is body or the next message.
    case complete(length: Int)
    /// No head will come of it: answer with the fault's status and close.
    case refused(HeadFault)
}
