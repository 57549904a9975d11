/// What the workers do without while memory is short; each does what those before it do, too.
package enum Shedding: UInt8, Comparable, Sendable {
    case nothing
    /// Memory that is only kept for later goes back to the system.
    case spareMemory
    /// New connections are reset as soon as they are accepted.
    case connections
    /// New requests on open connections are refused; those under way go on.
    case requests

    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}
