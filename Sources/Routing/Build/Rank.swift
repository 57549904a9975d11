/// Who wins where two objects want the same: the older, then by file path and position.
package struct Rank: Hashable, Comparable, Sendable {
    /// Seconds since 1970; `.max` for one that is being deleted.
    package var created: Int64
    package var file: String
    package var position: Int

    package init(created: Int64, file: String, position: Int) {
        self.created = created
        self.file = file
        self.position = position
    }

    /// The older first, then by file path and position.
    package static func < (left: Rank, right: Rank) -> Bool {
        if left.created != right.created { return left.created < right.created }
        if left.file != right.file { return left.file < right.file }
        return left.position < right.position
    }
}
