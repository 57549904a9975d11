import Foundation
import Testing

@testable import ControlPlane

@Suite struct JSONSlicesTests {
    /// With everything that JSON has.
    static let sample = #"""
        {"apiVersion":"v1","metadata":{"name":"a","labels":{"x":"1","y\u0041":"ä\n"},
         "generation":12,"managedFields":[{"a":{}},[]]}, "list" : [ 1, -2.5e+3, 0, true ,false,
         null, "\"]}\\", {} ],"empty":{},"spec":{"deep":[[[{"e":"\ud83d\ude00"}]]]}}
        """#

    private func slices(_ text: String) -> JSONSlices { JSONSlices(Array(text.utf8)) }

    @Test func `parts are found and decoded`() throws {
        let slices = slices(Self.sample)
        let whole = try #require(slices.whole)
        let meta = slices.value("metadata", in: whole)
        #expect(slices.text(slices.value("name", in: meta)) == "a")
        #expect(slices.number(slices.value("generation", in: meta)) == 12)
        let labels = slices.value("labels", in: meta)
        #expect(slices.text(slices.value("yA", in: labels)) == "ä\n")
        #expect(slices.value("z", in: labels) == nil)
        let list = try #require(slices.value("list", in: whole))
        let items = try #require(slices.items(list))
        #expect(
            items.map { slices.raw($0) } == [
                "1", "-2.5e+3", "0", "true", "false", "null", #""\"]}\\""#, "{}",
            ])
        #expect(slices.text(items[6]) == "\"]}\\")
        #expect(slices.text(slices.value("apiVersion", in: whole)) == "v1")
    }

    @Test func `a pair of escapes is one character, half of one is none`() {
        #expect(slices(#""\ud83d\ude00""#).text(0..<14) == "😀")
        for text in [#""\ud83d""#, #""\ud83dx""#, #""\ude00""#, #""\ud83d\u0041""#] {
            let slices = slices(text)
            #expect(slices.whole != nil)
            #expect(slices.text(slices.whole) == nil)
        }
    }

    @Test func `the last of two members counts`() {
        let slices = slices(#"{"a":1,"a":2}"#)
        #expect(slices.number(slices.value("a", in: slices.whole)) == 2)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "01", "1.", ".5",
        "1e", "-", "+1", "tru", "nul", #""a"#, #""\x""#, #""\u12g4""#, "\"\u{1}\"", "[1 2]", "1 2",
        #"{"a":1 "b":2}"#, #"{1:2}"#, "[", "[[", "'a'",
    ])
    func `what is no JSON has no parts`(text: String) { #expect(slices(text).whole == nil) }

    @Test func `what is cut anywhere has no parts`() {
        let bytes = Array(Self.sample.utf8)
        let end = Self.sample.utf8.count
        for cut in 0..<end { #expect(JSONSlices(Array(bytes[..<cut])).whole == nil) }
        #expect(JSONSlices(bytes).whole == 0..<end)
    }

    @Test func `values lie in values up to a limit`() {
        let fits = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(slices(fits).whole != nil)
        #expect(slices("[" + fits + "]").whole == nil)
        // Nothing but opening brackets must not exhaust the stack either.
        #expect(slices(String(repeating: "[", count: 100_000)).whole == nil)
    }

    @Test(arguments: 0..<4)
    func `random bytes never trap, and what Foundation reads has parts`(seed: UInt64) {
        var random = SplitMix(seed)
        let base = Array(Self.sample.utf8)
        let spice = Array(#"{}[]",:\u0123456789.eE+-tfn "#.utf8)
        for _ in 0..<60 {
            var bytes = base
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = spice.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes[place] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let slices = JSONSlices(bytes)
            walk(slices, slices.whole)
            if (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed))
                != nil
            {
                #expect(slices.whole != nil, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    /// Looks at every part.
    private func walk(_ slices: JSONSlices, _ range: Range<Int>?) {
        guard let range else { return }
        _ = (slices.text(range), slices.number(range), slices.raw(range))
        for member in slices.members(range) ?? [] {
            _ = slices.isKey(member, "yA")
            walk(slices, member.value)
        }
        for item in slices.items(range) ?? [] { walk(slices, item) }
    }
}

/// A random generator with a seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
