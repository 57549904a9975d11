/// How often searches ended without an answer, by why.
package struct RegexFailures: BitwiseCopyable, Sendable {
    private var counts = SIMD8<UInt64>()

    package init() {}

    /// The count of one kind, since the matcher was made.
    package subscript(kind: RegexFailure) -> UInt64 { counts[Int(kind.rawValue)] }

    package var total: UInt64 { counts.wrappedSum() }

    mutating func count(_ kind: RegexFailure) { counts[Int(kind.rawValue)] &+= 1 }
}
