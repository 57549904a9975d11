import Bytes
import Testing

struct CounterPagesTests {
    @Test func `words are zero until written and keep apart`() {
        let pages = CounterPages(limit: 600, width: 3)
        defer { pages.destroy() }
        #expect(pages.limit == 768)
        #expect(pages.existingRow(599) == nil)
        let row = pages.row(599)
        row.store(2, 7)
        row.add(1, 5)
        row.add(1, 6)
        row.publish(0, 1)
        #expect(pages.existingRow(599)?.observe(0) == 1)
        #expect(pages.existingRow(599)?.load(1) == 11)
        #expect(pages.existingRow(599)?.load(2) == 7)
        #expect(pages.existingRow(598)?.load(2) == 0)
        #expect(pages.existingRow(300) == nil)
    }

    @Test func `a page may hold a single slot`() {
        let pages = CounterPages(limit: 3, width: 2, pageSlots: 1)
        defer { pages.destroy() }
        #expect(pages.limit == 3)
        pages.row(1).store(1, 4)
        #expect(pages.row(1).load(1) == 4)
        #expect(pages.existingRow(2) == nil)
    }

    @Test func `a word beyond the width traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = CounterPages(limit: 1, width: 2).row(0).load(2)
        }
    }

    @Test func `a slot beyond the limit traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = CounterPages(limit: 1, width: 2).row(256)
        }
    }
}
