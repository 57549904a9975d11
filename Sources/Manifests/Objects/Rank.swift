/// Who wins where two objects want the same: the older, then by file path and position.
struct Rank: Hashable, Comparable, Sendable {
    var created: Int64
    var file: String
    var position: Int

    static func < (left: Rank, right: Rank) -> Bool {
        if left.created != right.created { return left.created < right.created }
        if left.file != right.file { return left.file < right.file }
        return left.position < right.position
    }
}
