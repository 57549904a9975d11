/// Counts the blocks that are in memory; blocks made with it enter and leave by themselves.
package final class BlockLedger {
    package internal(set) var blocks = 0
    /// Bytes of content, without the allocator's own.
    package internal(set) var bytes = 0

    package init() {}
}

@available(*, unavailable)
extension BlockLedger: Sendable {}
