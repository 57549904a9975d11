/// One slot of a split among many shares: which of them keep the bound, and the draw.
///
/// Think of each share's k-th turn as a job: it may run once the share is not ahead, and must
/// have run by its deadline, the first slot whose exact part reaches k. A share may take this
/// slot if its next job may run, and if all jobs that are then left still fit before their
/// deadlines: for no later slot D may the jobs due by D fill all the slots up to D already
/// (then the first such D is *tight*, and only shares with a job due by then may go).
struct SplitSlot {
    private var weights = InlineArray<64, UInt32>(repeating: 0)
    /// Turns of this block of `total` draws.
    private var drawn = InlineArray<64, UInt32>(repeating: 0)
    /// The part of a turn that a share has waited for, in 1/total; less than `total`.
    private var waited = InlineArray<64, UInt32>(repeating: 0)
    private var count = 0
    /// The sum of the weights.
    private let total: UInt32
    /// Turns of all shares in this block.
    private var taken: UInt32 = 0

    init(total: UInt32) { self.total = total }

    /// Adds a share that was drawn this often, 0 to `weight`, since the block began.
    mutating func append(weight: UInt32, drawn turns: UInt32) {
        weights[count] = weight
        drawn[count] = turns
        taken += turns
        count += 1
    }

    /// The share that gets this slot.
    mutating func choose(lookahead: UInt32, _ entropy: inout Entropy) -> Int {
        let (eligible, ahead) = survey()
        var allowed = eligible
        if ahead != 0 && eligible & (eligible - 1) != 0 {
            allowed = feasible(eligible, ahead, lookahead)
        }
        return pick(allowed, &entropy)
    }

    /// Who may take this slot without running ahead by 1 or more, and who is ahead now, as bits.
    ///
    /// Somebody always may: by slot t the shares' parts sum to t, and t - 1 turns were taken.
    private mutating func survey() -> (eligible: UInt64, ahead: UInt64) {
        var eligible: UInt64 = 0
        var ahead: UInt64 = 0
        let whole = Int64(total)
        for index in 0..<count {
            let weight = Int64(weights[index])
            var waiting = Int64(taken) * weight - Int64(drawn[index]) * whole
            let isAhead = waiting < 0
            if isAhead {
                ahead |= 1 << UInt64(index)
                waiting += whole
            }
            if weight > 0 && (!isAhead || waiting + weight > whole) {
                eligible |= 1 << UInt64(index)
            }
            // The counts obey the bound unless a cell was lost; then they return to it.
            waited[index] = UInt32(min(max(waiting, 0), whole - 1))
        }
        return (eligible, ahead)
    }

    /// The eligible shares that leave every deadline within reach.
    private mutating func feasible(
        _ eligible: UInt64, _ ahead: UInt64, _ lookahead: UInt32
    ) -> UInt64 {
        var ahead = ahead
        var due: UInt64 = 0
        var jobs: UInt32 = 0
        for slots in 1...lookahead {
            for index in 0..<count {
                let waiting = waited[index] &+ weights[index]
                guard waiting >= total else {
                    waited[index] = waiting
                    continue
                }
                // Its part reached a whole turn: the one it took early, or one that is due.
                waited[index] = waiting &- total
                let bit: UInt64 = 1 << UInt64(index)
                if ahead & bit != 0 {
                    ahead ^= bit
                } else {
                    due |= bit
                    jobs += 1
                }
            }
            // Tight, or nobody is left to exclude.
            if jobs >= slots || eligible & ~due == 0 { return eligible & due }
            // With nobody ahead the parts' fractions leave room up to the block's end.
            if ahead == 0 { return eligible }
        }
        return eligible & due != 0 ? eligible & due : earliest(eligible)
    }

    /// The eligible share whose next turn is due first.
    private func earliest(_ eligible: UInt64) -> UInt64 {
        var first = eligible.trailingZeroBitCount
        for index in 0..<count where eligible >> UInt64(index) & 1 == 1 {
            // (drawn + 1) / weight is the deadline in units of `total`.
            let its = UInt64(drawn[index] + 1) * UInt64(weights[first])
            if its < UInt64(drawn[first] + 1) * UInt64(weights[index]) { first = index }
        }
        return 1 << UInt64(first)
    }

    /// Draws by what remains of each share's turns in this block, as a shuffled block would.
    private func pick(_ allowed: UInt64, _ entropy: inout Entropy) -> Int {
        precondition(allowed != 0)
        if allowed & (allowed - 1) == 0 { return allowed.trailingZeroBitCount }
        var sum: UInt64 = 0
        for index in 0..<count where allowed >> UInt64(index) & 1 == 1 {
            sum += UInt64(weights[index] - drawn[index])
        }
        var left = entropy.next(below: sum)
        for index in 0..<count where allowed >> UInt64(index) & 1 == 1 {
            let remaining = UInt64(weights[index] - drawn[index])
            if left < remaining { return index }
            left -= remaining
        }
        preconditionFailure("the remains do not sum up")
    }
}
