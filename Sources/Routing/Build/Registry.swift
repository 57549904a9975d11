internal import Bytes

/// Identities of named things that several owners use: the same handle while anybody does.
struct Registry<Key: Hashable & Sendable> {
    struct Entry: Sendable {
        let key: Key
        let id: Handle
        fileprivate var users: UInt32
        /// Since which update it is kept without a user; 0 while it has one.
        fileprivate var keptSince: UInt32 = 0
        /// Whether its last user wanted it kept.
        fileprivate var isWorthKeeping = true
    }

    /// By the index of their ids; a copy for readers costs next to nothing.
    private(set) var entries = PagedArray<Entry?>(blank: nil)
    private var places = HashIndex()
    /// Had no user left at some time during this update.
    private var idle: [Key] = []
    /// Kept without a user, the first to go first; some have come back since, or gone again.
    private var kept: [(key: Key, since: UInt32)] = []
    private var keptCount = 0
    private let keptMax: Int
    private let limit: Int
    private var sweeps: UInt32 = 0
    private var pool: IdentityPool

    /// `keptMax`: so many that nobody uses any more are kept with their handles, the latest ones.
    init(limit: Int, keptMax: Int = 0) {
        self.limit = limit
        self.keptMax = keptMax
        pool = IdentityPool(limit: limit)
    }

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
            if let since = entries[place]?.keptSince, since != 0 {
                entries[place]?.keptSince = 0
                keptCount -= 1
            }
            return (id, false)
        }
        let id = pool.take()
        let place = Int(id.index)
        entries[place] = Entry(key: key, id: id, users: 1)
        places.insert(place, hash: hash)
        return (id, true)
    }

    /// One user less; the last one says whether the handle is worth keeping.
    ///
    /// It stays until `sweep`, so that the next user in the same update finds it again.
    mutating func release(_ key: Key, isWorthKeeping: Bool = true) {
        guard let place = place(of: key), let users = entries[place]?.users, users > 0 else {
            preconditionFailure("released more often than acquired")
        }
        entries[place]?.users -= 1
        guard users == 1 else { return }
        entries[place]?.isWorthKeeping = isWorthKeeping
        idle.append(key)
    }

    /// Ends an update: what has no user is kept or retired, and each told; what is kept may go later, maybe
    /// at once.
    mutating func sweep(
        at version: UInt64, _ tell: (_ id: Handle, _ isKept: Bool) -> Void = { _, _ in }
    ) {
        // It is never compared but for equality, so that it may wrap round.
        sweeps = sweeps == .max ? 1 : sweeps + 1
        for key in idle {
            guard let place = place(of: key), let entry = entries[place], entry.users == 0 else {
                continue
            }
            if keptMax == 0 || !entry.isWorthKeeping {
                retire(place, key, at: version, tell)
            } else if entry.keptSince == 0 {
                entries[place]?.keptSince = sweeps
                kept.append((key, sweeps))
                keptCount += 1
                tell(entry.id, true)
            }
        }
        idle.removeAll(keepingCapacity: true)
        if !kept.isEmpty { sweepKept(at: version, tell) }
    }

    /// Lets the oldest go of those that are kept: all but `keptMax`, all where room gets short.
    private mutating func sweepKept(at version: UInt64, _ tell: (Handle, Bool) -> Void) {
        let most = pool.available < limit / 4 ? 0 : keptMax
        var over = 0
        while keptCount > most {
            let (key, since) = kept[over]
            over += 1
            guard let place = place(of: key), entries[place]?.keptSince == since else { continue }
            retire(place, key, at: version, tell)
            keptCount -= 1
        }
        kept.removeFirst(over)
        // Who comes and goes again and again is noted each time.
        if kept.count > 2 * keptMax {
            kept = kept.filter { key, since in
                place(of: key).map { entries[$0]?.keptSince == since } ?? false
            }
        }
    }

    private mutating func retire(
        _ place: Int, _ key: Key, at version: UInt64, _ tell: (Handle, Bool) -> Void
    ) {
        guard let entry = entries[place] else { return }
        places.remove(place, hash: key.hashValue)
        entries[place] = nil
        pool.retire(entry.id, at: version)
        tell(entry.id, false)
    }

    mutating func reclaim(served version: UInt64) { pool.reclaim(served: version) }
}
