/// A dictionary in shards, so that a change after a copy copies one shard, not all.
///
/// Every compilation holds a copy of the store's tables while the store moves on.
struct ShardedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// None before the first entry: nothing is hashed to find nothing.
    private var shards: [[Key: Value]] = []

    subscript(key: Key) -> Value? {
        get { shards.isEmpty ? nil : shards[Shards.index(of: key.hashValue)][key] }
        _modify {
            if shards.isEmpty { shards = Array(repeating: [:], count: Shards.count) }
            yield &shards[Shards.index(of: key.hashValue)][key]
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
