import Synchronization

/// The watches that run, so that tests can do something to them.
final class WatchRegistry: Sendable {
    /// What can be done to a watch.
    enum Order: Sendable {
        case cut(isMidEvent: Bool)
        case end
        case expire
        case bookmark
        /// Sends a line as it is.
        case say(String)
    }

    private struct Entry {
        var request: RequestInfo
        var user: String
        var call: @Sendable (Order) -> Void
    }

    private let state = Mutex<(entries: [Int: Entry], next: Int)>(([:], 0))

    func add(
        _ request: RequestInfo, user: String, _ call: @escaping @Sendable (Order) -> Void
    ) -> Int {
        state.withLock { state in
            state.next += 1
            state.entries[state.next] = Entry(request: request, user: user, call: call)
            return state.next
        }
    }

    func remove(_ id: Int) {
        state.withLock { _ = $0.entries.removeValue(forKey: id) }
    }

    private func matching(_ filter: RequestFilter) -> [Entry] {
        state.withLock { state in
            state.entries.values.filter { filter.matches($0.request, user: $0.user) }
        }
    }

    func count(_ filter: RequestFilter) -> Int { matching(filter).count }

    func send(_ order: Order, to filter: RequestFilter) {
        for entry in matching(filter) { entry.call(order) }
    }
}
