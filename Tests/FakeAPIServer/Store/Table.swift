/// All objects of one kind, in the order of their keys, with the latest changes.
struct Table {
    private(set) var objects: [StoredObject] = []
    /// The changes that are remembered, oldest first, and some that are not yet cleared away.
    private var events: [StoredEvent] = []
    /// Changes up to this revision are forgotten.
    private(set) var forgotten = 0

    func object(_ key: String) -> StoredObject? {
        let place = place(of: key)
        guard place < objects.count, objects[place].key == key else { return nil }
        return objects[place]
    }

    /// Where the key stands, or would stand.
    private func place(of key: String) -> Int {
        Self.firstIndex(objects) { $0.key >= key }
    }

    private static func firstIndex<Element>(
        _ items: [Element], where isPast: (Element) -> Bool
    ) -> Int {
        var (low, high) = (0, items.count)
        while low < high {
            let middle = (low + high) / 2
            if isPast(items[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Puts an object in, or another in its place, and remembers the change.
    mutating func put(_ object: StoredObject, limit: Int) {
        let place = place(of: object.key)
        let previous = self.object(object.key)
        if previous == nil {
            objects.insert(object, at: place)
        } else {
            objects[place] = object
        }
        remember(
            StoredEvent(revision: object.revision, current: object, previous: previous), limit)
    }

    /// Takes an object out, and remembers the change.
    mutating func remove(_ object: StoredObject, revision: Int, limit: Int) {
        objects.remove(at: place(of: object.key))
        remember(StoredEvent(revision: revision, current: nil, previous: object), limit)
    }

    private mutating func remember(_ event: StoredEvent, _ limit: Int) {
        events.append(event)
        trim(to: limit)
    }

    /// Forgets all but the latest changes.
    mutating func trim(to limit: Int) {
        guard events.count > limit else { return }
        forgotten = max(forgotten, events[events.count - limit - 1].revision)
        // Cleared away in large pieces: at each change it would cost as much as there are events.
        if events.count > limit * 2 { events.removeFirst(events.count - limit) }
    }

    /// Forgets every change up to this revision.
    mutating func forget(upTo revision: Int) {
        forgotten = max(forgotten, revision)
        events.removeAll { $0.revision <= revision }
    }

    /// The changes after a revision; nil when some of them are forgotten.
    func events(after revision: Int, atMost count: Int) -> ArraySlice<StoredEvent>? {
        guard revision >= forgotten else { return nil }
        let start = Self.firstIndex(events) { $0.revision > revision }
        return events[start...].prefix(count)
    }

    /// The objects as they were at a revision; nil when that is forgotten.
    func objects(at revision: Int) -> [StoredObject]? {
        guard let later = events(after: revision, atMost: .max) else { return nil }
        if later.isEmpty { return objects }
        var before: [String: StoredObject?] = [:]
        for event in later.reversed() {
            guard let key = (event.previous ?? event.current)?.key else { continue }
            before[key] = .some(event.previous)
        }
        let kept = objects.filter { before[$0.key] == nil }
        return (kept + before.values.compactMap { $0 }).sorted { $0.key < $1.key }
    }
}
