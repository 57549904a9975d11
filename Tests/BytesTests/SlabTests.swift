import Bytes
import Testing

struct SlabTests {
    @Test func `a handle of removed content is stale, also when the slot is filled again`() {
        let slab = Slab<Int>(limit: 8)
        defer { slab.destroy() }
        let first = slab.insert(1)
        #expect(slab.remove(first) == 1)
        let second = slab.insert(2)
        #expect(second.index == first.index)
        #expect(!slab.contains(first))
        #expect(slab.contains(second))
        #expect(slab[second] == 2)
    }

    @Test func `slots never move while others are added`() {
        let slab = Slab<Int>(limit: 2000)
        defer { slab.destroy() }
        let handles = (0..<2000).map { slab.insert($0) }
        #expect(slab.count == 2000)
        for (value, handle) in handles.enumerated() { #expect(slab[handle] == value) }
        slab[handles[1999]] += 1
        #expect(slab[handles[1999]] == 2000)
    }

    @Test func `a walk meets every filled slot once`() {
        let slab = Slab<Int>(limit: 600)
        defer { slab.destroy() }
        let handles = (0..<600).map { slab.insert($0) }
        for handle in handles where handle.index % 3 == 0 { _ = slab.remove(handle) }
        var met = 0
        var index: UInt32 = 0
        while let handle = slab.first(from: index) {
            met += 1
            #expect(handle.index % 3 != 0)
            index = handle.index + 1
        }
        #expect(met == slab.count)
    }

    @Test func `there are as many slots as the limit says`() {
        let slab = Slab<Int>(limit: 300)
        defer { slab.destroy() }
        let handles = (0..<300).map { slab.insert($0) }
        #expect(slab.isFull)
        #expect(handles.map(\.index).max() == 299)
        _ = slab.remove(handles[299])
        #expect(!slab.isFull)
        #expect(slab.first(from: 299) == nil)
        #expect(slab.insert(7).index == 299)
    }

    @Test func `memory under free slots goes and what is filled stays`() {
        // Slots of 512 bytes: eight in a page of the kernel's.
        let slab = Slab<InlineArray<64, Int>>(limit: 1000)
        defer { slab.destroy() }
        let handles = (0..<1000).map { slab.insert(InlineArray(repeating: $0)) }
        for handle in handles where handle.index % 100 != 0 { _ = slab.remove(handle) }
        slab.giveBackMemory()
        for (value, handle) in handles.enumerated() where handle.index % 100 == 0 {
            #expect(slab[handle][0] == value && slab[handle][63] == value)
        }
        let again = (0..<990).map { slab.insert(InlineArray(repeating: -$0)) }
        for (value, handle) in again.enumerated() { #expect(slab[handle][63] == -value) }
        #expect(slab.isFull)
    }

    @Test func `no handle names what was never filled, nor what is free`() {
        let slab = Slab<Int>(limit: 600)
        defer { slab.destroy() }
        slab.giveBackMemory()
        #expect(slab.first(from: 0) == nil)
        for index in [0, 1, 255, 256, 599, 600, .max] as [UInt32] {
            for generation in 0..<4 as Range<UInt32> {
                #expect(!slab.contains(Handle(index: index, generation: generation)))
            }
        }
        let handles = (0..<300).map { slab.insert($0) }
        for handle in handles { _ = slab.remove(handle) }
        for handle in handles {
            for next in handles {
                for generation in handle.generation...handle.generation + 1 {
                    #expect(!slab.contains(Handle(index: next.index, generation: generation)))
                }
            }
        }
        #expect(slab.count == 0 && slab.first(from: 0) == nil)
        #expect(Set((0..<600).map { slab.insert($0).index }).count == 600)
    }

    @Test(arguments: [8, 256, 300]) func `one more than the limit traps`(limit: Int) async {
        await #expect(processExitsWith: .failure) { [limit] in
            let slab = Slab<Int>(limit: limit)
            for value in 0...limit { _ = slab.insert(value) }
        }
    }

    @Test func `a stale handle traps`() async {
        await #expect(processExitsWith: .failure) {
            let slab = Slab<Int>(limit: 8)
            let handle = slab.insert(1)
            _ = slab.remove(handle)
            slab[handle] = 2
        }
    }
}
