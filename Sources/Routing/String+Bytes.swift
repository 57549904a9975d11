internal import Bytes

extension String {
    /// Whether it has the same bytes: equal strings may differ in theirs, and requests are compared
    /// byte for byte.
    func hasBytes(of other: String) -> Bool { ByteScan.equal(utf8.span, other.utf8.span) }
}
