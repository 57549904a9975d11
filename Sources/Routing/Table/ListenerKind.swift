/// Where a request came in, as far as the table has to know.
package enum ListenerKind: UInt8, BitwiseCopyable, Sendable {
    /// Sees the rules for the outside only.
    case external
    /// Sees all rules.
    case `internal`
}
