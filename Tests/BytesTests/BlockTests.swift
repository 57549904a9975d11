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
        writer.append(bytes: Array("/path".utf8))
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
            writer.append(bytes: Array("this is plain text of no meaning".utf8))
            _ = writer.seal(countedBy: BlockLedger()).view.link(at: 8)
        }
    }

    @Test func `folded text ignores the case of letters and nothing else`() {
        let texts = [
            "", "a", "A", "api.Default.EXAMPLE.com", "API.default.example.COM", "@[`{", "`{@[",
            "12345678", "1234567", "abcdefgh", "ABCDEFGH", "abcdefg@", "abcdefg`", "é", "É",
        ]
        for one in texts {
            for other in texts {
                let oneBytes = Array(one.utf8)
                let otherBytes = Array(other.utf8)
                let same = fold(oneBytes) == fold(otherBytes)
                let areEqual = FoldedText.areEqual(oneBytes.span, otherBytes.span)
                #expect(areEqual == same, "\(one) \(other)")
                let hashesAgree =
                    FoldedText.hash(oneBytes.span) == FoldedText.hash(otherBytes.span)
                #expect(hashesAgree == same, "\(one) \(other)")
            }
        }
    }

    @Test func `every byte folds as ASCII says`() {
        for byte in UInt8.min...UInt8.max {
            for other in UInt8.min...UInt8.max {
                let one = [byte]
                let two = [other]
                let areEqual = FoldedText.areEqual(one.span, two.span)
                if areEqual != (fold(one) == fold(two)) { Issue.record("\(byte) \(other)") }
            }
        }
    }

    private func isPrefix(_ view: BlockView, _ text: String) -> Bool {
        view.isPrefix(of: text.utf8.span)
    }

    private func isEqual(_ view: BlockView, _ text: String) -> Bool {
        view.equals(text.utf8.span)
    }

    private func fold(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    }
}
