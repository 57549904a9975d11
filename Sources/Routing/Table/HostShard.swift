internal import Bytes

/// The hosts of one shard: open addressing over full hashes, then the text itself.
struct HostShard {
    let block: BlockView

    var slotCount: Int {
        block.isEmpty ? 0 : Int(block.load32(at: Layout.Shard.slotCount))
    }

    static func index(of hash: UInt64) -> Int { Int(hash >> 54) }

    /// The host of that name, and where its slot begins.
    func find(_ name: Span<UInt8>, hash: UInt64) -> (host: HostView, slot: Int)? {
        let slotCount = slotCount
        guard slotCount > 0 else { return nil }
        var index = Self.place(of: hash, among: slotCount)
        // The builder leaves free slots, so the walk ends.
        while true {
            let slot = Layout.Shard.slots + index * Layout.Shard.slotSize
            if owner(slot) == 0 { return nil }
            if self.hash(slot) == hash {
                let host = self.host(slot)
                if ByteScan.equal(host.text.bytes, ignoringCase: name) { return (host, slot) }
            }
            index += 1
            if index == slotCount { index = 0 }
        }
    }

    /// Where the walk of a hash begins: the upper bits have chosen the shard, the lower ones spread
    /// over any number of slots.
    static func place(of hash: UInt64, among slotCount: Int) -> Int {
        Int(
            truncatingIfNeeded: ((hash & 0xffff_ffff) &* UInt64(truncatingIfNeeded: slotCount))
                >> 32)
    }

    func hash(_ slot: Int) -> UInt64 { block.load64(at: slot + Layout.Shard.hash) }

    /// The owner's number plus 1; 0: the slot is free.
    func owner(_ slot: Int) -> UInt32 { block.load32(at: slot + Layout.Shard.owner) }

    func host(_ slot: Int) -> HostView {
        HostView(
            route: block.link(at: slot + Layout.Shard.route),
            index: Int(block.load32(at: slot + Layout.Shard.hostIndex)))
    }
}
