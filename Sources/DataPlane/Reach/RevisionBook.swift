import Bytes

/// Exchanges of one worker that are under way with one revision's destinations.
struct RevisionState: BitwiseCopyable {
    /// Generation of the set's id that this entry speaks of; another one starts afresh.
    var generation: UInt32 = 0
    var outstanding: UInt32 = 0
    /// Those of them that have a client's connection to themselves: HTTP/1's.
    var outstandingHTTP1: UInt32 = 0
}

/// All of them, under the ids of destination sets, which survive snapshots: revisions that share an
/// address, as that of Knative's activator, are told apart.
struct RevisionBook: ~Copyable {
    private var states = PlainTable(filledWith: RevisionState())

    /// What is under way; nothing where the set's index has changed hands.
    subscript(set: Handle) -> RevisionState {
        let index = Int(set.index)
        guard index < states.count, states[index].generation == set.generation else {
            return RevisionState()
        }
        return states[index]
    }

    /// Whether nothing is under way.
    var isEmpty: Bool {
        for index in 0..<states.count where states[index].outstanding > 0 { return false }
        return true
    }

    /// Counts an exchange.
    mutating func begin(_ set: Handle, isHTTP1: Bool) {
        precondition(!set.isNone)
        let index = Int(set.index)
        if index >= states.count { states.grow(to: index + 1) }
        if states[index].generation != set.generation {
            states[index] = RevisionState(generation: set.generation)
        }
        states[index].outstanding += 1
        if isHTTP1 { states[index].outstandingHTTP1 += 1 }
    }

    /// Forgets an exchange that was counted, where the set is still known.
    mutating func end(_ set: Handle, isHTTP1: Bool) {
        let index = Int(set.index)
        guard index < states.count, states[index].generation == set.generation else { return }
        states[index].outstanding -= 1
        if isHTTP1 { states[index].outstandingHTTP1 -= 1 }
    }
}
