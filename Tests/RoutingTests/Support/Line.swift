/// The line of a million positions as README describes it, apart from the table's own code.
struct Line {
    /// By revision, oldest first: where its interval begins and ends.
    let intervals: [Range<UInt32>]

    init(_ weights: [UInt32]) {
        var end: UInt32 = 0
        intervals = weights.map { weight in
            end += weight
            return end - weight..<end
        }
    }

    func owner(of position: UInt32) -> Int? { intervals.firstIndex { $0.contains(position) } }

    /// Millionths of all keys that change their revision.
    func moved(to other: Line) -> UInt32 {
        zip(intervals, other.intervals).reduce(1_000_000) { left, pair in
            let stays = pair.0.clamped(to: pair.1)
            return left - UInt32(stays.count)
        }
    }

    /// Millionths that any choice at all would have to move.
    func least(to other: Line) -> UInt32 {
        zip(intervals, other.intervals).reduce(0) { sum, pair in
            sum + UInt32(max(0, pair.0.count - pair.1.count))
        }
    }
}
