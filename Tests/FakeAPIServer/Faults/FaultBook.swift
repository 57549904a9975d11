import Synchronization

/// The faults that are set, and how often each has struck.
final class FaultBook: Sendable {
    private let state = Mutex(State())

    private struct State {
        var entries: [Entry] = []
        var hits: [Int: Int] = [:]
        var next = 0
    }

    private struct Entry {
        var id: Int
        var fault: Fault
        var filter: RequestFilter
        /// How often it still strikes; nil without end.
        var left: Int?
    }

    func set(_ fault: Fault, for filter: RequestFilter, count: Int?) -> Int {
        state.withLock { state in
            state.next += 1
            state.entries.append(
                Entry(id: state.next, fault: fault, filter: filter, left: count))
            return state.next
        }
    }

    /// Ends a fault, or all of them.
    func clear(_ id: Int?) {
        state.withLock { $0.entries.removeAll { id == nil || $0.id == id } }
    }

    /// How often a fault has struck.
    func hits(_ id: Int) -> Int {
        state.withLock { $0.hits[id] ?? 0 }
    }

    /// The first fault for that request, counted as one that strikes.
    func take(_ request: RequestInfo, user: String, isLie: Bool) -> Fault? {
        state.withLock { state in
            let place = state.entries.firstIndex {
                $0.fault.isLie == isLie && $0.filter.matches(request, user: user)
            }
            guard let place else { return nil }
            let entry = state.entries[place]
            state.hits[entry.id, default: 0] += 1
            if let left = entry.left {
                state.entries[place].left = left - 1
                if left <= 1 { state.entries.remove(at: place) }
            }
            return entry.fault
        }
    }
}
