/// Compares resourceVersions.
///
/// They are opaque, but since Kubernetes 1.35 promised to be decimal numbers that grow, which
/// etcd's always were.
enum VersionOrder {
    /// Whether one is older than the other; false where they cannot be compared.
    static func isOlder(_ one: String, than other: String) -> Bool {
        guard isDecimal(one), isDecimal(other) else { return false }
        let (shorter, longer) = (one.utf8.count, other.utf8.count)
        if shorter != longer { return shorter < longer }
        return one.utf8.lexicographicallyPrecedes(other.utf8)
    }

    private static func isDecimal(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "0") else { return false }
        return text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
