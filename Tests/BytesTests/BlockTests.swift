import Bytes
import Testing

struct BlockTests {
    @Test func `a view reads what the writer wrote`() {
        var writer = BlockWriter()
        writer.append(UInt32(0xdead_beef))
        writer.append(UInt64.max - 1)
        writer.append(Handle(index: 7, generation: 9))
        let place = writer.appendZeros(8)
        let text = writer.count
        writer.append(bytes: "/path".utf8.span)
        writer.set(textAt: text, count: 5, at: place)
        writer.align(to: 8)
        let tail = writer.appendZeros(8)
        writer.set(UInt16(80), at: tail)
        writer.set(UInt8(3), at: tail + 2)
        let ledger = BlockLedger()
        let block = writer.seal(countedBy: ledger)
        let view = block.view
        #expect(tail % 8 == 0)
        #expect(view.load32(at: 0) == 0xdead_beef)
        #expect(view.load64(at: 4) == UInt64.max - 1)
        #expect(view.handle(at: 12) == Handle(index: 7, generation: 9))
        #expect(view.load16(at: tail) == 80)
        #expect(view[tail + 2] == 3)
        let path = view.text(at: place)
        #expect(isPrefix(path, "/path/more"))
        #expect(!isEqual(path, "/path/more"))
        #expect(isEqual(path, "/path"))
        #expect(!isPrefix(path, "/pat"))
        #expect(!isPrefix(path, "/pats/more"))
        #expect(isPrefix(.empty, "/") && isPrefix(.empty, ""))
        #expect(isEqual(.empty, "") && !isEqual(.empty, "/"))
        withExtendedLifetime(block) {}
    }

    @Test func `a link leads to the other block`() {
        let ledger = BlockLedger()
        var inner = BlockWriter()
        inner.append(UInt32(42))
        let target = inner.seal(countedBy: ledger)
        var outer = BlockWriter()
        outer.append(link: target.view)
        outer.append(link: .empty)
        let block = outer.seal(countedBy: ledger)
        #expect(block.view.link(at: 0).load32(at: 0) == 42)
        #expect(block.view.link(at: 16).isEmpty)
        withExtendedLifetime(target) {}
    }

    @Test func `the ledger counts what lives`() {
        let ledger = BlockLedger()
        do {
            var writer = BlockWriter()
            writer.appendZeros(100)
            let block = writer.seal(countedBy: ledger)
            #expect(ledger.blocks == 1)
            #expect(ledger.bytes == 100)
            _ = block.view
        }
        #expect(ledger.blocks == 0)
        #expect(ledger.bytes == 0)
    }

    @Test func `reading outside of a view traps`() async {
        await #expect(processExitsWith: .failure) {
            var writer = BlockWriter()
            writer.append(UInt32(1))
            _ = writer.seal(countedBy: BlockLedger()).view.load32(at: 1)
        }
        await #expect(processExitsWith: .failure) {
            _ = BlockView.empty.load32(at: 0)
        }
        await #expect(processExitsWith: .failure) {
            var writer = BlockWriter()
            writer.append(UInt64(1))
            _ = writer.seal(countedBy: BlockLedger()).view.part(4, count: 5)
        }
    }

    @Test func `following a link where none was written traps`() async {
        await #expect(processExitsWith: .failure) {
            var writer = BlockWriter()
            writer.append(bytes: "this is plain text of no meaning".utf8.span)
            _ = writer.seal(countedBy: BlockLedger()).view.link(at: 8)
        }
    }

    private func isPrefix(_ view: BlockView, _ text: String) -> Bool {
        view.isPrefix(of: text.utf8.span)
    }

    private func isEqual(_ view: BlockView, _ text: String) -> Bool {
        view.equals(text.utf8.span)
    }
}
