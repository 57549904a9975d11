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

    @Test func `slots never move while pages are added`() {
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

    @Test func `a stale handle traps`() async {
        await #expect(processExitsWith: .failure) {
            let slab = Slab<Int>(limit: 8)
            let handle = slab.insert(1)
            _ = slab.remove(handle)
            slab[handle] = 2
        }
    }
}
