internal import Bytes

/// Identities of named things that several owners use: the same handle while anybody does.
struct Registry<Key: Hashable & Sendable> {
    struct Entry: Sendable {
        let key: Key
        let id: Handle
        fileprivate var users: UInt32
    }

    /// By the index of their ids; a copy for readers costs next to nothing.
    private(set) var entries = PagedArray<Entry?>(blank: nil)
    private var places = HashIndex()
    /// Had no user left at some time during this update.
    private var idle: [Key] = []
    private var pool: IdentityPool

    init(limit: Int) { pool = IdentityPool(limit: limit) }

    /// Things that there is room for.
    var available: Int { pool.available }

    /// The handle of a key that somebody uses.
    func id(of key: Key) -> Handle? { place(of: key).flatMap { entries[$0]?.id } }

    private func place(of key: Key) -> Int? { place(of: key, hash: key.hashValue) }

    private func place(of key: Key, hash: Int) -> Int? {
        places.find(hash) { entries[$0]?.key == key }
    }

    /// Whether all keys have a handle or can get one.
    func hasRoom(for keys: some Collection<Key>) -> Bool {
        pool.available >= keys.count
            || pool.available >= keys.reduce(0) { $0 + (place(of: $1) == nil ? 1 : 0) }
    }

    /// One more user; says whether the handle is new.
    @discardableResult
    mutating func acquire(_ key: Key) -> (id: Handle, isNew: Bool) {
        acquire(key, hash: key.hashValue)
    }

    /// The same, where the key's hash is known.
    mutating func acquire(_ key: Key, hash: Int) -> (id: Handle, isNew: Bool) {
        if let place = place(of: key, hash: hash), let id = entries[place]?.id {
            entries[place]?.users += 1
            return (id, false)
        }
        let id = pool.take()
        let place = Int(id.index)
        entries[place] = Entry(key: key, id: id, users: 1)
        places.insert(place, hash: hash)
        return (id, true)
    }

    /// One user less; the handle stays until `sweep`, so that the next user in the same update
    /// finds it again.
    mutating func release(_ key: Key) {
        guard let place = place(of: key), let users = entries[place]?.users, users > 0 else {
            preconditionFailure("released more often than acquired")
        }
        entries[place]?.users -= 1
        if users == 1 { idle.append(key) }
    }

    /// Ends an update: retires what has no user, and tells each.
    mutating func sweep(at version: UInt64, _ removed: (Key, Handle) -> Void = { _, _ in }) {
        for key in idle {
            guard let place = place(of: key), let entry = entries[place], entry.users == 0 else {
                continue
            }
            places.remove(place, hash: key.hashValue)
            entries[place] = nil
            pool.retire(entry.id, at: version)
            removed(key, entry.id)
        }
        idle.removeAll(keepingCapacity: true)
    }

    mutating func reclaim(served version: UInt64) { pool.reclaim(served: version) }
}
