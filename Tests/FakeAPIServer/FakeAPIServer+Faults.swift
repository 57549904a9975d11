extension FakeAPIServer {
    /// Lets something go wrong with the requests of a filter, so many times or without end; gives
    /// the fault's number.
    @discardableResult
    package func inject(
        _ fault: Fault, for filter: RequestFilter = .all, count: Int? = nil
    ) -> Int {
        core.faults.set(fault, for: filter, count: count)
    }

    /// Ends a fault, or all of them.
    package func clear(_ fault: Int? = nil) { core.faults.clear(fault) }

    /// How often a fault has struck.
    package func hits(_ fault: Int) -> Int { core.faults.hits(fault) }

    /// The revision of the latest write.
    package var revision: Int { core.store.revision }

    /// How many changes of each resource a watch can go back.
    package var historyLimit: Int {
        get { core.store.historyLimit }
        set { core.store.historyLimit = newValue }
    }

    /// Forgets all history: what continues from before gets 410.
    package func compact() { core.store.compact() }

    /// Puts all objects and revisions back to what they were before `body`, as a cluster that is
    /// restored from a copy; connections are closed meanwhile.
    package func restoring(after body: () throws -> Void) throws {
        let copy = core.store.copy()
        try body()
        try beginOutage()
        core.store.restore(copy)
        try endOutage()
    }

    /// How many watches run.
    package func watchCount(_ filter: RequestFilter = .all) -> Int { core.watches.count(filter) }

    /// Closes the connections of running watches, also in the middle of an event.
    package func cutWatches(_ filter: RequestFilter = .all, isMidEvent: Bool = false) {
        core.watches.send(.cut(isMidEvent: isMidEvent), to: filter)
    }

    /// Ends running watches as their time-out does.
    package func endWatches(_ filter: RequestFilter = .all) {
        core.watches.send(.end, to: filter)
    }

    /// Tells running watches that they are too old: an ERROR event of 410, and the end.
    package func expireWatches(_ filter: RequestFilter = .all) {
        core.watches.send(.expire, to: filter)
    }

    /// Sends a bookmark to running watches that take them.
    package func sendBookmarks(_ filter: RequestFilter = .all) {
        core.watches.send(.bookmark, to: filter)
    }

    /// Sends running watches a line that is no event.
    package func say(_ line: String, to filter: RequestFilter = .all) {
        core.watches.send(.say(line), to: filter)
    }
}
