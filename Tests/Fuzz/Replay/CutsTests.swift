import Testing

/// The harness itself: a rule that nobody can break is none.
struct CutsTests {
    @Test func `an input is read whole, byte by byte and cut at every place`() throws {
        let ways = Cuts.$everyPlaceMax.withValue(3) { Cuts.ways([1, 2, 3]) }
        #expect(ways == [[3], [1, 2, 3], [0, 3], [1, 3], [2, 3], [3, 3]])
        #expect(Cuts.ways([UInt8](repeating: 0, count: 500)[...]).count == 6)
    }

    @Test func `what depends on the cuts is found`() {
        let bytes = Array("ab".utf8)
        #expect(throws: Finding.self) {
            try Cuts.agree(bytes[...]) { pieces throws(Finding) in
                pieces.filter { !$0.isEmpty }.count
            }
        }
        #expect(throws: Never.self) {
            try Cuts.agree(bytes[...]) { pieces throws(Finding) in pieces.joined().count }
        }
    }
}
