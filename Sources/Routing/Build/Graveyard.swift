internal import Bytes

/// Replaced blocks and patterns, kept until every worker serves a version that does not use them.
struct Graveyard {
    let ledger: BlockLedger
    /// The version that is being built.
    var version: UInt64 = 0
    /// In the order of versions.
    private var kept: [(version: UInt64, thing: AnyObject)] = []

    init(ledger: BlockLedger) { self.ledger = ledger }

    /// The version being built does not use the block any more.
    mutating func bury(_ block: Block?) {
        if let block { kept.append((version, block)) }
    }

    /// The version being built does not use the pattern any more.
    mutating func bury(_ pattern: RegexPattern) { kept.append((version, pattern)) }

    /// Frees what was replaced at or before `version`.
    mutating func reclaim(served version: UInt64) {
        kept.removeFirst(kept.prefix { $0.version <= version }.count)
    }
}
