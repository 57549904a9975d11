internal import Routing

/// What carries its hash, the same for equal ones.
protocol Hashed: Hashable, Sendable {
    var hash: Int { get }
}

extension ObjectKey: Hashed {}
extension DestinationKey: Hashed {}

/// What carries the key that it is found by.
protocol Keyed: Sendable {
    associatedtype Key: Hashed
    var key: Key { get }
}

/// Values by the keys that they carry, in shards, so that a change after a copy copies one shard,
/// not all.
///
/// Every compilation holds a copy of the store's tables while the store moves on.
struct KeyedTable<Value: Keyed>: Sendable {
    private struct Shard: Sendable {
        private var places = HashIndex()
        private(set) var values: [Value] = []

        func place(hash: Int, _ isIt: (Value) -> Bool) -> Int? {
            places.find(hash) { isIt(values[$0]) }
        }

        func place(of key: Value.Key) -> Int? { place(hash: key.hash) { $0.key == key } }

        subscript(place: Int) -> Value {
            get { values[place] }
            _modify { yield &values[place] }
        }

        mutating func append(_ value: Value) {
            places.insert(values.count, hash: value.key.hash)
            values.append(value)
        }

        /// The last one moves to its place.
        mutating func remove(at place: Int) {
            places.remove(place, hash: values[place].key.hash)
            let last = values.removeLast()
            if place == values.count { return }
            places.remove(values.count, hash: last.key.hash)
            places.insert(place, hash: last.key.hash)
            values[place] = last
        }
    }

    private var shards = [Shard](repeating: Shard(), count: Shards.count)

    subscript(key: Value.Key) -> Value? { first(hash: key.hash) { $0.key == key } }

    /// The one for which `isIt` holds, of those whose keys may have that hash.
    func first(hash: Int, where isIt: (Value) -> Bool) -> Value? {
        let shard = Shards.index(of: hash)
        return shards[shard].place(hash: hash, isIt).map { shards[shard][$0] }
    }

    /// Whether something has that key.
    func contains(_ key: Value.Key) -> Bool {
        shards[Shards.index(of: key.hash)].place(of: key) != nil
    }

    /// What `body` gives of what has that key, which is not copied; nil where there is nothing.
    func read<Result>(_ key: Value.Key, _ body: (borrowing Value) -> Result) -> Result? {
        let shard = Shards.index(of: key.hash)
        return shards[shard].place(of: key).map { body(shards[shard].values[$0]) }
    }

    /// Puts it in place of what has its key.
    mutating func set(_ value: Value) {
        let shard = Shards.index(of: value.key.hash)
        if let place = shards[shard].place(of: value.key) {
            shards[shard][place] = value
        } else {
            shards[shard].append(value)
        }
    }

    /// Gives what has its key already; where that is nothing, the value is put there.
    mutating func setFirst(_ value: Value) -> Value? {
        let shard = Shards.index(of: value.key.hash)
        if let place = shards[shard].place(of: value.key) { return shards[shard][place] }
        shards[shard].append(value)
        return nil
    }

    /// Changes what has that key, which must stay; nil where there is nothing.
    mutating func change<Result>(_ key: Value.Key, _ body: (inout Value) -> Result) -> Result? {
        let shard = Shards.index(of: key.hash)
        return shards[shard].place(of: key).map { body(&shards[shard][$0]) }
    }

    mutating func remove(_ key: Value.Key) {
        let shard = Shards.index(of: key.hash)
        if let place = shards[shard].place(of: key) { shards[shard].remove(at: place) }
    }

    /// All values, in no order.
    func forEach(_ body: (Value) -> Void) {
        for shard in shards { shard.values.forEach(body) }
    }
}
