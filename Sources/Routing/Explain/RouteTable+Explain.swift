package import Bytes
package import HTTP

extension RouteTable {
    /// What `decide` would do with the head, without drawing or counting.
    ///
    /// - Parameters:
    ///   - draws: Each worker's counts.
    ///   - health: Each worker's view of destinations, by their handle: 0 is fine, another value
    ///     leaves the destination aside until then, in monotonic nanoseconds.
    ///   - now: Monotonic nanoseconds.
    ///   - decided: What was decided on this head and this table, when it was; nil leaves a draw
    ///     open.
    package func explain(
        _ head: borrowing Head, _ bytes: Span<UInt8>, for asker: Asker, draws: [CounterCells],
        health: [CounterCells], now: UInt64, entropy: inout Entropy, regex: inout RegexMatcher,
        decided: Decision? = nil
    ) -> Explanation {
        Explanation(text: "", json: "")
    }
}
