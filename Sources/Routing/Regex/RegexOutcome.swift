/// What a search says.
enum RegexOutcome: BitwiseCopyable {
    case match
    case noMatch
    /// The search gave up, which counts as no match.
    case failed(RegexFailure)
}
