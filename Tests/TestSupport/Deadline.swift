import Glibc

/// A moment after which waiting is given up.
package struct Deadline: Sendable {
    private let instant: ContinuousClock.Instant

    /// How much longer than on a gateway as people run it: `WEIR_PATIENCE`, for one that a sanitizer
    /// slows down.
    ///
    /// Loads are as much smaller.
    package static let patience = getenv("WEIR_PATIENCE").flatMap { Int(String(cString: $0)) } ?? 1

    /// A deadline that many seconds from now.
    package static func after(_ duration: Duration) -> Deadline {
        Deadline(instant: ContinuousClock.now + duration * patience)
    }

    /// True once the moment has come.
    package var isPast: Bool { ContinuousClock.now >= instant }

    /// What is left, in milliseconds, rounded up; 0 when it is past.
    package var millisecondsLeft: Int32 {
        let left = ContinuousClock.now.duration(to: instant)
        guard left > .zero else { return 0 }
        let parts = left.components
        let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: milliseconds)
    }
}

/// Asks `probe` again and again until it gives a value, and throws when `limit` has passed.
@discardableResult
package func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(5), _ probe: () throws -> Value?
) throws -> Value {
    let deadline = Deadline.after(limit)
    while true {
        if let value = try probe() { return value }
        if deadline.isPast { throw TestFault("not within \(limit): \(what)") }
        // The condition is asked 500 times a second; poll(2) without descriptors is the pause.
        poll(nil, 0, 2)
    }
}

/// Asks `condition` again and again until it holds, and throws when `limit` has passed.
package func eventually(
    _ what: String, within limit: Duration = .seconds(5), _ condition: () throws -> Bool
) throws {
    try eventually(what, within: limit) { try condition() ? () : nil }
}
