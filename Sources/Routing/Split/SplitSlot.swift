/// One slot of a split among many shares: which of them keep the bound, and the draw.
///
/// Think of a share's k-th turn as a job: it may run once the share is not ahead, and must have
/// run by its deadline, the first slot by which the share's exact part reaches k. A share may
/// take this slot if its next job may run, and if the jobs that are then left still fit: when for
/// some later slot D the jobs due by D fill all slots up to D already, D is *tight*, and only
/// shares with a job due by then may go. Beyond the slot by which no share is ahead any more
/// nothing gets tight before the block ends, because the parts' fractions leave room.
///
/// All functions are mutating, because a borrowed read of an element copies the whole array
/// (Swift 6.3).
struct SplitSlot {
    /// A share in this slot; times count slots from this one, which is 1.
    private struct Turn: BitwiseCopyable {
        var weight: UInt32 = 0
        /// Turns of this block of `total` draws.
        var drawn: UInt32 = 0
        /// The part of a turn that the share has waited for, in 1/total; less than `total`.
        var waited: UInt32 = 0
        /// When its part reaches a whole turn: one that it took early, or one that is due.
        var first: UInt32 = 0
        /// The deadline of its next job.
        var due: UInt32 = 0
    }

    private var turns = InlineArray<64, Turn>(repeating: Turn())
    private var count = 0
    /// The sum of the weights.
    private let total: UInt32
    /// Turns of all shares in this block.
    private var taken: UInt32 = 0

    init(total: UInt32) { self.total = total }

    /// Adds a share that was drawn this often, 0 to `weight`, since the block began.
    mutating func append(weight: UInt32, drawn: UInt32) {
        turns[count].weight = weight
        turns[count].drawn = drawn
        taken += drawn
        count += 1
    }

    /// The share that gets this slot.
    mutating func choose(_ entropy: inout Entropy) -> Int { pick(allowed(), &entropy) }

    /// Those of which one gets this slot, as bits.
    mutating func allowed() -> UInt64 {
        let (eligible, ahead) = survey()
        // With nobody ahead, or one candidate, there is nothing to exclude.
        return ahead == 0 || Self.isSingle(eligible) ? eligible : feasible(eligible, ahead)
    }

    private static func isSingle(_ set: UInt64) -> Bool { set & (set &- 1) == 0 }

    /// Who may take this slot without running ahead by 1 or more, and who is ahead now, as bits.
    ///
    /// Somebody always may: by slot t the shares' parts sum to t, and t - 1 turns were taken.
    private mutating func survey() -> (eligible: UInt64, ahead: UInt64) {
        var eligible: UInt64 = 0
        var ahead: UInt64 = 0
        let whole = Int64(total)
        for index in 0..<count {
            let weight = Int64(turns[index].weight)
            var waited = Int64(taken) * weight - Int64(turns[index].drawn) * whole
            let isAhead = waited < 0
            if isAhead {
                ahead |= 1 << UInt64(index)
                waited += whole
            }
            if weight > 0 && (!isAhead || waited + weight > whole) {
                eligible |= 1 << UInt64(index)
            }
            // The counts obey the bound unless a cell was lost; then they return to it.
            turns[index].waited = UInt32(min(max(waited, 0), whole - 1))
        }
        return (eligible, ahead)
    }

    /// The eligible shares that leave every deadline within reach.
    private mutating func feasible(_ eligible: UInt64, _ ahead: UInt64) -> UInt64 {
        let end = schedule(eligible, ahead)
        let window = min(end, CountedSplit.lookahead)
        if let tight = firstTight(within: window, ahead) { return due(eligible, by: tight) }
        if end <= CountedSplit.lookahead { return eligible }
        let due = due(eligible, by: window)
        return due != 0 ? due : earliest(eligible)
    }

    /// Sets every share's times; gives the slot from which on there is nothing to exclude:
    /// nobody is ahead any more, or every eligible share has a job that is due.
    private mutating func schedule(_ eligible: UInt64, _ ahead: UInt64) -> UInt32 {
        var caughtUp: UInt32 = 0
        var allDue: UInt32 = 0
        for index in 0..<count where turns[index].weight > 0 {
            let weight = turns[index].weight
            let rest = total - turns[index].waited
            let first = (rest + weight - 1) / weight
            turns[index].first = first
            turns[index].due = first
            if ahead >> UInt64(index) & 1 == 1 {
                caughtUp = max(caughtUp, first)
                turns[index].due = (rest + total + weight - 1) / weight
            }
            if eligible >> UInt64(index) & 1 == 1 { allDue = max(allDue, turns[index].due) }
        }
        return min(caughtUp, allDue)
    }

    /// The first slot up to which the jobs that are due fill all slots.
    private mutating func firstTight(within window: UInt32, _ ahead: UInt64) -> UInt32? {
        var jobs = InlineArray<129, UInt8>(repeating: 0)
        for index in 0..<count where turns[index].weight > 0 && turns[index].first <= window {
            let weight = turns[index].weight
            var time = turns[index].first
            if ahead >> UInt64(index) & 1 == 0 { jobs[Int(time)] += 1 }
            // Then one job each time that its part, rest included, reaches the next whole turn.
            let (gap, excess) = total.quotientAndRemainder(dividingBy: weight)
            var rest = turns[index].waited + time * weight - total
            while true {
                if rest >= excess {
                    rest -= excess
                    time += gap
                } else {
                    rest += weight - excess
                    time += gap + 1
                }
                if time > window { break }
                jobs[Int(time)] += 1
            }
        }
        var sum: UInt32 = 0
        for time in 1...window {
            sum += UInt32(jobs[Int(time)])
            if sum >= time { return time }
        }
        return nil
    }

    /// The eligible shares with a job due by then.
    private mutating func due(_ eligible: UInt64, by time: UInt32) -> UInt64 {
        var due: UInt64 = 0
        for index in 0..<count where turns[index].due <= time { due |= 1 << UInt64(index) }
        return eligible & due
    }

    /// The eligible share whose next job is due first.
    private mutating func earliest(_ eligible: UInt64) -> UInt64 {
        var first = eligible.trailingZeroBitCount
        for index in 0..<count where eligible >> UInt64(index) & 1 == 1 {
            if turns[index].due < turns[first].due { first = index }
        }
        return 1 << UInt64(first)
    }

    /// Draws by what remains of each share's turns in this block, as a shuffled block would.
    private mutating func pick(_ allowed: UInt64, _ entropy: inout Entropy) -> Int {
        precondition(allowed != 0)
        if Self.isSingle(allowed) { return allowed.trailingZeroBitCount }
        var sum: UInt64 = 0
        for index in 0..<count where allowed >> UInt64(index) & 1 == 1 {
            sum += UInt64(turns[index].weight - turns[index].drawn)
        }
        var left = entropy.next(below: sum)
        for index in 0..<count where allowed >> UInt64(index) & 1 == 1 {
            let remaining = UInt64(turns[index].weight - turns[index].drawn)
            if left < remaining { return index }
            left -= remaining
        }
        preconditionFailure("the remains do not sum up")
    }
}
