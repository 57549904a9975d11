import Bytes
import Testing

struct CounterCellsTests {
    @Test func `a cell starts at zero and counts`() {
        let cells = CounterCells(limit: 1000)
        defer { cells.destroy() }
        let slot = Handle(index: 700, generation: 1)
        #expect(cells.value(slot) == 0)
        cells.add(slot, 2)
        cells.add(slot, 3)
        #expect(cells.value(slot) == 5)
        cells.set(slot, 9)
        #expect(cells.value(slot) == 9)
        #expect(cells.value(Handle(index: 701, generation: 1)) == 0)
        #expect(cells.value(Handle(index: 3, generation: 1)) == 0)
    }

    @Test func `copies share the count`() {
        let cells = CounterCells(limit: 1)
        defer { cells.destroy() }
        let copy = cells
        copy.add(Handle(index: 0, generation: 1), 4)
        #expect(cells.value(Handle(index: 0, generation: 1)) == 4)
    }

    @Test func `a newer generation starts at zero and the older one is dropped`() {
        let cells = CounterCells(limit: 256)
        defer { cells.destroy() }
        let old = Handle(index: 5, generation: 1)
        let new = Handle(index: 5, generation: 2)
        cells.add(old, 10)
        #expect(cells.value(new) == 0)
        cells.add(new, 1)
        #expect(cells.value(new) == 1)
        #expect(cells.value(old) == 0)
        cells.add(old, 7)
        cells.set(old, 7)
        #expect(cells.value(new) == 1)
    }

    @Test func `generations may wrap`() {
        let cells = CounterCells(limit: 256)
        defer { cells.destroy() }
        // A slot's life: generations grow by less than half the circle at a time.
        cells.add(Handle(index: 0, generation: 0x7000_0000), 1)
        cells.add(Handle(index: 0, generation: 0xe000_0000), 1)
        cells.add(Handle(index: 0, generation: .max), 1)
        cells.add(Handle(index: 0, generation: 1), 6)
        #expect(cells.value(Handle(index: 0, generation: 1)) == 6)
        #expect(cells.value(Handle(index: 0, generation: .max)) == 0)
    }

    @Test func `the limit is rounded up to whole pages`() {
        let cells = CounterCells(limit: 257)
        defer { cells.destroy() }
        #expect(cells.limit == 512)
        cells.add(Handle(index: 511, generation: 1), 1)
        #expect(cells.value(Handle(index: 511, generation: 1)) == 1)
    }

    @Test func `a handle beyond the limit traps`() async {
        await #expect(processExitsWith: .failure) {
            CounterCells(limit: 1).add(Handle(index: 256, generation: 1), 1)
        }
    }

    @Test func `a reader on another thread sees counts that only grow`() async {
        let cells = CounterCells(limit: 4096)
        let slots = (0..<8).map { Handle(index: UInt32($0 * 500), generation: 3) }
        let rounds: UInt64 = 100_000
        let reader = Task.detached {
            var seen = [UInt64](repeating: 0, count: slots.count)
            while seen.contains(where: { $0 < rounds }) {
                for (place, slot) in slots.enumerated() {
                    let value = cells.value(slot)
                    guard value >= seen[place], value <= rounds else { return false }
                    seen[place] = value
                }
                await Task.yield()
            }
            return true
        }
        let writer = Task.detached {
            for _ in 0..<rounds {
                for slot in slots { cells.add(slot, 1) }
            }
        }
        await writer.value
        #expect(await reader.value)
        cells.destroy()
    }
}
