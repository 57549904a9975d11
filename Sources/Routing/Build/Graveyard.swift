internal import Bytes

/// Replaced blocks, kept until every worker serves a version that does not use them.
struct Graveyard {
    let ledger: BlockLedger
    /// The version that is being built.
    var version: UInt64 = 0
    /// In the order of versions.
    private var blocks: [(version: UInt64, block: Block)] = []

    init(ledger: BlockLedger) { self.ledger = ledger }

    /// The version being built does not use the block any more.
    mutating func bury(_ block: Block?) {
        if let block { blocks.append((version, block)) }
    }

    /// Frees what was replaced at or before `version`.
    mutating func reclaim(served version: UInt64) {
        blocks.removeFirst(blocks.prefix { $0.version <= version }.count)
    }
}
