internal import CLinux

/// An immutable piece of memory of our own, reached through plain views.
///
/// The control plane holds the block and so decides when its memory goes: every view of it must
/// be out of use by then. Workers hold views only and never touch a reference count.
@safe
package final class Block {
    /// The whole block; valid as long as the block is held.
    package let view: BlockView
    private let ledger: BlockLedger

    /// Copies the bytes into memory of exactly their size.
    init(copying bytes: Span<UInt8>, countedBy ledger: BlockLedger) {
        let count = bytes.count
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
        // SAFETY: `memory` has room for `count` bytes and is nobody else's yet.
        unsafe bytes.withUnsafeBytes { source in
            if let from = source.baseAddress { unsafe memcpy(memory, from, count) }
        }
        view = unsafe BlockView(address: UInt(bitPattern: memory), count: count)
        self.ledger = ledger
        ledger.blocks += 1
        ledger.bytes += count
    }

    deinit {
        ledger.blocks -= 1
        ledger.bytes -= view.count
        // SAFETY: allocated in `init`; the holder promised that no view is used any more.
        unsafe UnsafeMutableRawPointer(bitPattern: view.address)?.deallocate()
    }
}

@available(*, unavailable)
extension Block: Sendable {}
