internal import Bytes

/// Identities of named things that several owners use: the same handle while anybody does.
struct Registry<Key: Hashable> {
    private struct Entry {
        let id: Handle
        var users: Int
    }

    private var entries: [Key: Entry] = [:]
    /// Had no user left at some time during this update.
    private var idle: [Key] = []
    private var pool: IdentityPool

    init(limit: Int) { pool = IdentityPool(limit: limit) }

    var indexCount: Int { pool.indexCount }
    /// Things that there is room for.
    var available: Int { pool.available }
    /// Things that are in use, or were at the beginning of this update.
    var count: Int { entries.count }

    /// The handle of a key that somebody uses.
    func id(of key: Key) -> Handle? { entries[key]?.id }

    /// Whether all keys have a handle or can get one.
    func hasRoom(for keys: some Sequence<Key>) -> Bool {
        pool.available >= keys.reduce(0) { $0 + (entries[$1] == nil ? 1 : 0) }
    }

    /// One more user; says whether the handle is new.
    @discardableResult
    mutating func acquire(_ key: Key) -> (id: Handle, isNew: Bool) {
        if let position = entries.index(forKey: key) {
            entries.values[position].users += 1
            return (entries.values[position].id, false)
        }
        let id = pool.take()
        entries[key] = Entry(id: id, users: 1)
        return (id, true)
    }

    /// One user less; the handle stays until `sweep`, so that the next user in the same update
    /// finds it again.
    mutating func release(_ key: Key) {
        guard let position = entries.index(forKey: key), entries.values[position].users > 0 else {
            preconditionFailure("released more often than acquired")
        }
        entries.values[position].users -= 1
        if entries.values[position].users == 0 { idle.append(key) }
    }

    /// Ends an update: retires what has no user, and tells each.
    mutating func sweep(at version: UInt64, _ removed: (Key, Handle) -> Void = { _, _ in }) {
        for key in idle {
            guard let entry = entries[key], entry.users == 0 else { continue }
            entries[key] = nil
            pool.retire(entry.id, at: version)
            removed(key, entry.id)
        }
        idle.removeAll(keepingCapacity: true)
    }

    mutating func reclaim(served version: UInt64) { pool.reclaim(served: version) }
}
