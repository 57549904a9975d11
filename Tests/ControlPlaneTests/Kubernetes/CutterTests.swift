import Testing

@testable import ControlPlane

@Suite struct CutterTests {
    private struct Cut: Equatable {
        var items: [String] = []
        var envelope = ""
        var isGood = true
    }

    private func cut(_ pieces: [[UInt8]]) -> Cut {
        var cutter = ListCutter()
        var cut = Cut()
        for piece in pieces where cut.isGood {
            cut.isGood = cutter.take(piece) {
                cut.items.append(String(decoding: $0, as: UTF8.self))
            }
        }
        cut.envelope = String(decoding: cutter.envelope, as: UTF8.self)
        return cut
    }

    private static let items = [#"{"a":"]}\"","b":[{}]}"#, #"{ "c" : {"items":[{"d":1}]} }"#]

    @Test(arguments: [
        #"{"kind":"L","metadata":{"resourceVersion":"7"},"items":["# + items.joined(separator: ",")
            + "]}",
        #"{"apiVersion":"v1","items" : [ "# + items.joined(separator: " ,\n ")
            + #" ] ,"metadata":{"resourceVersion":"7"}}"#,
    ])
    func `items are cut out, wherever the pieces end`(text: String) throws {
        let bytes = Array(text.utf8)
        let whole = cut([bytes])
        #expect(whole.items == Self.items)
        #expect(whole.isGood)
        let slices = JSONSlices(Array(whole.envelope.utf8))
        let meta = slices.value("metadata", in: slices.whole)
        #expect(slices.text(slices.value("resourceVersion", in: meta)) == "7")
        #expect(cut(bytes.map { [$0] }) == whole)
        for place in 0...bytes.count {
            #expect(cut([Array(bytes[..<place]), Array(bytes[place...])]) == whole)
        }
    }

    @Test(arguments: [
        #"{"items":[]}"#, #"{"items":null}"#, #"{"items":{}}"#, #"{"a":{"items":[{"x":1}]}}"#,
        #"{"a":"items","b":[{"x":1}]}"#, #"{"a":"\"items\":[{","b":1}"#,
    ])
    func `what only looks like items is none`(text: String) {
        let cut = cut([Array(text.utf8)])
        #expect(cut.items == [])
        #expect(cut.isGood)
    }

    @Test(arguments: [#"{"items":[1,2]}"#, #"{"items":["x"]}"#, "}", "]", #"{"items":[{}]]]"#])
    func `what is no list is refused`(text: String) {
        #expect(!cut([Array(text.utf8)]).isGood)
    }

    @Test func `an item without an end is refused at the limit`() {
        var cutter = ListCutter(itemMax: 1000)
        #expect(cutter.take(Array(#"{"items":[{"a":""#.utf8)) { _ in })
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 100)
        var taken = 0
        while taken < 20, cutter.take(piece, { _ in }) { taken += 1 }
        #expect(taken == 9)
    }

    @Test(arguments: 0..<4)
    func `random bytes never trap`(seed: UInt64) {
        var random = SplitMix(seed)
        let spice = Array(#"{}[]",:\ items""#.utf8)
        for _ in 0..<100 {
            let bytes = (0..<60).map { _ in spice.randomElement(using: &random) ?? 0 }
            _ = cut([Array(#"{"items":["#.utf8) + bytes])
            _ = cut([bytes])
        }
    }

    @Test func `lines are cut, wherever the pieces end`() {
        let bytes = Array("one\n\ntwo\nthree".utf8)
        for place in 0...bytes.count {
            var cutter = LineCutter()
            var lines: [String] = []
            for piece in [Array(bytes[..<place]), Array(bytes[place...])] {
                #expect(cutter.take(piece) { lines.append(String(decoding: $0, as: UTF8.self)) })
            }
            #expect(lines == ["one", "", "two"])
        }
    }

    @Test func `a line that is too long is refused`() {
        var cutter = LineCutter(most: 4)
        #expect(cutter.take(Array("1234\n12".utf8)) { _ in })
        #expect(cutter.take(Array("34".utf8)) { _ in })
        #expect(!cutter.take(Array("5".utf8)) { _ in })
        var other = LineCutter(most: 4)
        #expect(!other.take(Array("12345\n".utf8)) { _ in })
    }
}
