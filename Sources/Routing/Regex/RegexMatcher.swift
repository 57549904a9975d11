/// What one worker needs to search with patterns: memory and limits, used again and again.
package struct RegexMatcher: ~Copyable {
    /// Steps that one search may take before it counts as no match.
    package static let matchLimit: UInt32 = 10_000

    /// Searches that ended without an answer.
    package private(set) var failures = RegexFailures()

    package init(matchLimit: UInt32 = matchLimit) {}
}

@available(*, unavailable)
extension RegexMatcher: Sendable {}
