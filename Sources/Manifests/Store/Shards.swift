/// How tables are cut into shards, so that a change after a copy copies one of them, not all.
enum Shards {
    /// No power of two: with round numbers of entries no shard has just doubled its room.
    static var count: Int { 320 }

    /// By the upper bits: what is in the shards is found by the lower ones.
    static func index(of hash: Int) -> Int {
        Int(UInt(bitPattern: hash).multipliedFullWidth(by: UInt(count)).high)
    }
}
