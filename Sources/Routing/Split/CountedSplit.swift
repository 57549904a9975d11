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
            case 2: drawOfTwo(cells, &entropy)
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

    /// Of two shares one is as far ahead as the other is behind, so that to take a share keeps
    /// the bound exactly when this share does not run ahead by 1 or more.
    private func drawOfTwo(_ cells: CounterCells, _ entropy: inout Entropy) -> Int {
        let whole = UInt64(total)
        let weight0 = UInt64(weight(0))
        let weight1 = whole - weight0
        let count0 = cells.value(cell(0))
        let count1 = cells.value(cell(1))
        let blocks = (count0 &+ count1) / whole
        let drawn0 = within(count0, blocks, weight0)
        let drawn1 = within(count1, blocks, weight1)
        let slot = drawn0 + drawn1 + 1
        if drawn0 * whole >= slot * weight0 { return 1 }
        if drawn1 * whole >= slot * weight1 { return 0 }
        let left0 = weight0 - drawn0
        return entropy.next(below: left0 + weight1 - drawn1) < left0 ? 0 : 1
    }

    private func drawOfMany(_ cells: CounterCells, _ entropy: inout Entropy) -> Int {
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
        return slot.choose(&entropy)
    }

    /// A count since the last whole block; at a block's end every count is exact.
    private func within(_ count: UInt64, _ blocks: UInt64, _ weight: UInt64) -> UInt64 {
        let done = blocks &* weight
        return count > done ? min(count &- done, weight) : 0
    }
}
