import Testing

@testable import HTTP

/// The library's blocks, when memory is short.
struct HTTP2MemoryTests {
    @Test func `pages without a block in use are given back and the others stay`() {
        var memory = unsafe HTTP2Memory()
        defer { unsafe memory.destroy() }
        // Forty to a page and more, of two classes.
        var blocks: [UnsafeMutableRawPointer] = unsafe []
        for number in 0..<400 {
            guard let block = unsafe memory.allocate(number % 2 == 0 ? 1500 : 100) else {
                Issue.record("no memory")
                return
            }
            unsafe block.storeBytes(of: number, as: Int.self)
            unsafe blocks.append(block)
        }
        let pages = unsafe memory.pageCount
        #expect(pages > 4)
        unsafe memory.giveBackMemory()
        #expect(unsafe memory.pageCount == pages)
        // All but the first and the last.
        for block in unsafe blocks[1..<399] { unsafe memory.give(block) }
        unsafe memory.giveBackMemory()
        #expect(unsafe memory.pageCount == 2)
        #expect(unsafe blocks[0].load(as: Int.self) == 0)
        #expect(unsafe blocks[399].load(as: Int.self) == 399)
        // What was freed beside them is used again, and nothing is given out twice.
        var seen: Set = unsafe [blocks[0], blocks[399]]
        for _ in 0..<400 {
            guard let block = unsafe memory.allocate(1500) else { continue }
            unsafe block.initializeMemory(as: UInt8.self, repeating: 0xff, count: 1500)
            #expect(unsafe seen.insert(block).inserted)
        }
        #expect(unsafe blocks[0].load(as: Int.self) == 0)
        #expect(unsafe blocks[399].load(as: Int.self) == 399)
    }
}
