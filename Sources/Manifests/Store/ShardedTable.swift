/// A dictionary in shards, so that a change after a copy copies one shard, not all.
///
/// Every compilation holds a copy of the store's tables while the store moves on.
struct ShardedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// No power of two: with round numbers of entries no shard has just doubled its room.
    private static var shardCount: UInt { 320 }

    private var shards = [[Key: Value]](repeating: [:], count: Int(Self.shardCount))

    subscript(key: Key) -> Value? {
        get { shards[Self.shard(of: key)][key] }
        _modify { yield &shards[Self.shard(of: key)][key] }
    }

    subscript(key: Key, default value: @autoclosure () -> Value) -> Value {
        get { self[key] ?? value() }
        _modify { yield &shards[Self.shard(of: key)][key, default: value()] }
    }

    /// Gives what the key has; where that is nothing, it gets the value.
    mutating func setFirst(_ value: Value, of key: Key) -> Value? {
        let shard = Self.shard(of: key)
        var known: Value?
        func set(_ place: inout Value?) {
            known = place
            if known == nil { place = value }
        }
        set(&shards[shard][key])
        return known
    }

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
