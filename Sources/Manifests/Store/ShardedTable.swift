/// A dictionary in shards, so that a change after a copy copies one shard, not all.
///
/// Every compilation holds a copy of the store's tables while the store moves on.
struct ShardedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// No power of two: with round numbers of entries no shard has just doubled its room.
    private static var shardCount: UInt { 320 }

    /// None before the first entry: nothing is hashed to find nothing.
    private var shards: [[Key: Value]] = []

    subscript(key: Key) -> Value? {
        get { shards.isEmpty ? nil : shards[Self.shard(of: key)][key] }
        _modify {
            if shards.isEmpty { shards = Array(repeating: [:], count: Int(Self.shardCount)) }
            yield &shards[Self.shard(of: key)][key]
        }
    }

    /// Nothing was ever put in.
    var isUnused: Bool { shards.isEmpty }

    /// All entries, in no order.
    func forEach(_ body: (Key, Value) -> Void) {
        for shard in shards {
            for (key, value) in shard { body(key, value) }
        }
    }

    private static func shard(of key: Key) -> Int {
        // The upper bits: the dictionaries use the lower ones.
        Int(UInt(bitPattern: key.hashValue).multipliedFullWidth(by: shardCount).high)
    }
}

extension ShardedTable where Value == Int {
    /// Counts; what comes to nothing is gone.
    mutating func add(_ change: Int, to key: Key) {
        func add(_ count: inout Int?) {
            let sum = (count ?? 0) + change
            count = sum == 0 ? nil : sum
        }
        add(&self[key])
    }
}
