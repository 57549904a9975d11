internal import Bytes

/// Gives out handles whose index stays small, and takes each back only when nobody can use it.
///
/// A handle that was retired with a version is given out again, under the next generation, once
/// that version is served. Generations begin at 1 and skip 0.
struct IdentityPool {
    private let limit: Int
    private var generations: [UInt32] = []
    private var free: [UInt32] = []
    /// In the order of versions.
    private var retired: [(version: UInt64, index: UInt32)] = []

    init(limit: Int) { self.limit = limit }

    /// Handles that could be taken now.
    var available: Int { limit - generations.count + free.count }

    /// A handle that is not in use; there must be one.
    mutating func take() -> Handle {
        precondition(available > 0, "too many identities; the caller counts them before")
        if let index = free.popLast() {
            return Handle(index: index, generation: generations[Int(index)])
        }
        generations.append(1)
        return Handle(index: UInt32(generations.count - 1), generation: 1)
    }

    /// The handle is used by no snapshot from `version` on.
    mutating func retire(_ handle: Handle, at version: UInt64) {
        precondition(generations[Int(handle.index)] == handle.generation, "retired twice")
        retired.append((version, handle.index))
    }

    /// Every worker serves `version`: what was retired up to it can be given out again.
    mutating func reclaim(served version: UInt64) {
        var count = 0
        while count < retired.count && retired[count].version <= version {
            let index = retired[count].index
            generations[Int(index)] &+= 1
            if generations[Int(index)] == 0 { generations[Int(index)] = 1 }
            free.append(index)
            count += 1
        }
        retired.removeFirst(count)
    }
}
