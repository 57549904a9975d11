/// Whether a path, or a rule, is the request's; where it is not, what spoke against it first.
enum PathVerdict: BitwiseCopyable {
    case matches
    case otherPrefix
    /// The condition with that number does not hold.
    case condition(Int)
    /// A pattern's search gave up in the condition with that number, which counts as no match.
    case gaveUp(Int, RegexFailure)
    /// The access list does not hold the client.
    case noAccess
}
