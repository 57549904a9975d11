internal import Bytes

/// The shares of one path, and the draw that keeps every share's count next to its exact part.
///
/// For every prefix of the draws on one worker each count differs from its exact share by less
/// than 1 (the chairman assignment problem, Tijdeman 1980); among the shares that keep this
/// bound one is drawn with entropy. The counts live in the worker's cells, under ids that
/// survive snapshots. A view into a route's block; all arithmetic is on integers.
///
/// Weights sum to at most 64 millions, so no product here exceeds 2^53.
struct CountedSplit {
    /// LIMIT: slots that one draw looks ahead.
    ///
    /// Shares whose deadline lies beyond it, while some
    /// share is ahead of its part, wait for a later slot; the bound does not depend on it.
    static let lookahead: UInt32 = 128

    let block: BlockView
    let offset: Int
    /// Shares, 1 to `TableLimits.sharesMax`.
    let count: Int
    /// Sum of the weights, whose greatest common divisor is 1; 0 when no share has any.
    let total: UInt32

    init(_ block: BlockView, at offset: Int) {
        self.block = block
        self.offset = offset
        count = Int(block.load32(at: offset + Layout.Split.shareCount))
        total = block.load32(at: offset + Layout.Split.total)
    }

    /// Where a share's record begins in the block.
    func share(_ index: Int) -> Int {
        precondition(index >= 0 && index < count)
        return offset + Layout.Split.shares + index * Layout.Share.size
    }

    func weight(_ index: Int) -> UInt32 { block.load32(at: share(index) + Layout.Share.weight) }

    /// The cell that counts a share's draws.
    func cell(_ index: Int) -> Handle {
        block.handle(at: share(index) + Layout.Share.draws)
    }

    /// The first share of that series, whatever its weight.
    func share(of series: Handle) -> Int? {
        for index in 0..<count
        where block.handle(at: share(index) + Layout.Share.series) == series {
            return index
        }
        return nil
    }

    /// Draws a share and counts it; nil when no share has a weight.
    func draw(_ cells: CounterCells, _ entropy: inout Entropy) -> Int? {
        guard total > 0 else { return nil }
        let drawn =
            switch count {
            case 1: 0
            case 2: turnOfTwo(cells).choose(&entropy)
            default: drawOfMany(cells, &entropy)
            }
        cells.add(cell(drawn), 1)
        return drawn
    }

    /// Draws a share by weight alone, outside the sequence and uncounted; for probes.
    func drawUncounted(_ entropy: inout Entropy) -> Int? {
        guard total > 0 else { return nil }
        var left = UInt32(entropy.next(below: UInt64(total)))
        for index in 0..<count {
            let weight = weight(index)
            if left < weight { return index }
            left -= weight
        }
        return nil
    }

    /// The shares, as bits, of which the next draw takes one.
    func allowed(_ cells: CounterCells) -> UInt64 {
        guard total > 0 else { return 0 }
        switch count {
        case 1: return 1
        case 2: return turnOfTwo(cells).allowed
        default:
            var slot = slot(cells)
            return slot.allowed()
        }
    }

    /// Who of two shares may take the next slot, and what is left of their turns in this block.
    private struct TurnOfTwo {
        let allowed: UInt64
        let left0: UInt64
        let left1: UInt64

        func choose(_ entropy: inout Entropy) -> Int {
            if allowed != 3 { return Int(allowed >> 1) }
            return entropy.next(below: left0 + left1) < left0 ? 0 : 1
        }
    }

    /// Of two shares one is as far ahead as the other is behind, so that to take a share keeps
    /// the bound exactly when this share does not run ahead by 1 or more.
    private func turnOfTwo(_ cells: CounterCells) -> TurnOfTwo {
        let whole = UInt64(total)
        let weight0 = UInt64(weight(0))
        let weight1 = whole - weight0
        let count0 = cells.value(cell(0))
        let count1 = cells.value(cell(1))
        let blocks = (count0 &+ count1) / whole
        let drawn0 = within(count0, blocks, weight0)
        let drawn1 = within(count1, blocks, weight1)
        let slot = drawn0 + drawn1 + 1
        var allowed: UInt64 = 3
        if drawn0 * whole >= slot * weight0 {
            allowed = 2
        } else if drawn1 * whole >= slot * weight1 {
            allowed = 1
        }
        return TurnOfTwo(allowed: allowed, left0: weight0 - drawn0, left1: weight1 - drawn1)
    }

    private func drawOfMany(_ cells: CounterCells, _ entropy: inout Entropy) -> Int {
        var slot = slot(cells)
        return slot.choose(&entropy)
    }

    /// The next slot; in place, because it is more than a kilobyte.
    @inline(__always)
    private func slot(_ cells: CounterCells) -> SplitSlot {
        var drawn = InlineArray<64, UInt64>(repeating: 0)
        var sum: UInt64 = 0
        for index in 0..<count {
            drawn[index] = cells.value(cell(index))
            sum &+= drawn[index]
        }
        let blocks = sum / UInt64(total)
        var slot = SplitSlot(total: total)
        for index in 0..<count {
            let weight = weight(index)
            let drawn = within(drawn[index], blocks, UInt64(weight))
            slot.append(weight: weight, drawn: UInt32(drawn))
        }
        return slot
    }

    /// A count since the last whole block; at a block's end every count is exact.
    private func within(_ count: UInt64, _ blocks: UInt64, _ weight: UInt64) -> UInt64 {
        let done = blocks &* weight
        return count > done ? min(count &- done, weight) : 0
    }
}
