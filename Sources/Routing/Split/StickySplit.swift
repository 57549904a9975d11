internal import Bytes

/// A path's line of a million positions, cut into one interval per share, oldest revision first.
///
/// Why ordered intervals: weight moved between neighbours is to move exactly the difference. Then
/// no such move touches a key outside of the two, so the keys of the first k revisions together
/// depend on nothing but the sum s of their weights, and grow with it. Where the next revision
/// has nothing, the first k and the first k + 1 have the same keys: it is one growing family of
/// sets for every k, which is, keys renamed, the intervals from 0 to s. So there is no choice
/// but this one. Any change with two revisions is a move between neighbours; weight moved
/// further moves the keys of those between as well, and README has the measured worst.
struct StickySplit {
    let block: BlockView
    let offset: Int

    /// What a client's key is made of.
    enum Kind: UInt32 {
        case cookie
        case header
        case address
    }

    init(_ block: BlockView, at offset: Int) {
        self.block = block
        self.offset = offset
    }

    var kind: Kind {
        guard let kind = Kind(rawValue: block.load32(at: offset + Layout.Sticky.kind)) else {
            preconditionFailure("not a sticky split")
        }
        return kind
    }

    /// The name of the field that holds the key.
    var name: BlockView { block.text(at: offset + Layout.Sticky.name) }

    var salt: BlockView { block.text(at: offset + Layout.Sticky.salt) }

    /// The hash of a key still to be appended.
    var hash: StickyHash { StickyHash(state: block.load64(at: offset + Layout.Sticky.seed)) }

    /// How many intervals there are, the empty ones of shares without weight among them.
    var count: Int { Int(block.load32(at: offset + Layout.Sticky.count)) }

    /// The first position behind an interval.
    func end(_ index: Int) -> UInt32 { block.load32(at: interval(index) + Layout.Sticky.end) }

    /// Whose interval it is: the share's place in the split.
    func share(_ index: Int) -> Int {
        Int(block.load32(at: interval(index) + Layout.Sticky.share))
    }

    private func interval(_ index: Int) -> Int {
        precondition(index >= 0 && index < count)
        return offset + Layout.Sticky.intervals + index * Layout.Sticky.intervalSize
    }

    /// The share that owns a position; nil when no share has a weight.
    func share(owning position: UInt32) -> Int? {
        for index in 0..<count where position < end(index) { return share(index) }
        return nil
    }
}
