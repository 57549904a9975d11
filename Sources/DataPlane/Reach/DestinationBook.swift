import Bytes
import Reactor

/// What one worker knows of one destination.
struct DestinationState: BitwiseCopyable {
    /// Generation of the id that this entry speaks of; another one starts afresh.
    var generation: UInt32 = 0
    /// Exchanges under way, for the choice by least outstanding.
    var outstanding: UInt32 = 0
    /// Newest of the idle connections, linked through them.
    var idle = Handle.none
    var idleCount: UInt32 = 0
    /// Newest of the connections with HTTP/2, in use or not, linked through them.
    var multiplexed = Handle.none
    /// Streams that it allows over one connection, as it said last; 0: it did not yet.
    var streamLimit: UInt32 = 0
    /// Its TLS chose HTTP/1 although HTTP/2 was offered.
    var speaksHTTP1 = false
    /// Failed connects in a row.
    var failures: UInt32 = 0
    /// Left aside until then, monotonic nanoseconds.
    var retryAt: UInt64 = 0
}

/// All destinations of one worker, under ids that survive snapshots.
struct DestinationBook: ~Copyable {
    private var states = PlainTable(filledWith: DestinationState())

    /// Entries that there are, used or not.
    var count: Int { states.count }

    /// The entry of a destination, fresh when its index changed hands.
    subscript(destination: Handle) -> DestinationState {
        mutating _read {
            claim(destination)
            yield states[Int(destination.index)]
        }
        _modify {
            claim(destination)
            yield &states[Int(destination.index)]
        }
    }

    /// Whether the entry still speaks of this destination.
    func holds(_ destination: Handle) -> Bool {
        Int(destination.index) < states.count
            && states[Int(destination.index)].generation == destination.generation
    }

    /// The destination whose entry stands at an index, if it was ever used.
    func destination(at index: Int) -> Handle? {
        let generation = states[index].generation
        return generation == 0 ? nil : Handle(index: UInt32(index), generation: generation)
    }

    private mutating func claim(_ destination: Handle) {
        precondition(!destination.isNone)
        let index = Int(destination.index)
        if index >= states.count { states.grow(to: index + 1) }
        if states[index].generation != destination.generation {
            // Idle connections of the older destination were closed when it was given up.
            precondition(states[index].idle.isNone && states[index].multiplexed.isNone)
            states[index] = DestinationState(generation: destination.generation)
        }
    }
}
