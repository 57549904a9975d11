import Bytes
import Testing

struct CounterPagesTests {
    @Test func `words are zero until written and keep apart`() {
        let pages = CounterPages(limit: 600, width: 3)
        defer { pages.destroy() }
        #expect(pages.limit == 768)
        pages.store(599, 2, 7)
        pages.add(599, 1, 5)
        pages.add(599, 1, 6)
        pages.publish(0, 0, 1)
        #expect(pages.load(599, 0) == 0)
        #expect(pages.load(599, 1) == 11)
        #expect(pages.load(599, 2) == 7)
        #expect(pages.load(598, 2) == 0)
        #expect(pages.observe(0, 0) == 1)
        #expect(pages.load(300, 0) == 0)
    }

    @Test func `a word beyond the width traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = CounterPages(limit: 1, width: 2).load(0, 2)
        }
    }
}
