import Bytes
import Testing

/// JSON as people and programs read it.
struct JSONTests {
    private struct Sample: Encodable {
        var name = "a \"b\"\\/\n\u{1}\u{e9}\u{1f600}"
        var count: UInt64 = .max
        var less = -3
        var ratio = 0.25
        var whole = 2.0
        var isIt = true
        var absent: Int?
        var list: [Int] = []
        var pairs = [Pair(key: 1), Pair(key: nil)]
        var table = ["z": "1", "a": "2"]
        var kind = Kind.second
    }

    private struct Pair: Encodable {
        var key: Int?
    }

    private enum Kind: String, Encodable {
        case second
    }

    @Test func `a value is on one line with its keys in order`() {
        let expected = #"""
            {"count":18446744073709551615,"isIt":true,"kind":"second","less":-3,"list":[],\#
            "name":"a \"b\"\\/\n\u0001é😀","pairs":[{"key":1},{}],"ratio":0.25,\#
            "table":{"a":"2","z":"1"},"whole":2}
            """#
        #expect(JSON(Sample()).line == expected)
    }

    @Test func `a value is indented for people`() {
        #expect(
            JSON(["b": [1, 2], "a": []]).text == """
                {
                  "a": [],
                  "b": [
                    1,
                    2
                  ]
                }

                """)
    }

    @Test func `plain values stand alone`() {
        #expect(JSON("x").line == "\"x\"")
        #expect(JSON(7 as UInt8).line == "7")
        #expect(JSON(Int?.none).line == "null")
        #expect(JSON([1.5, 1e300]).line == "[1.5,1e+300]")
    }

    @Test func `escapes are units of four digits, or two halves`() {
        let text = Array("00e9ABCDxfff".utf8)
        #expect(JSONEscape.unit(text.span, at: 0) == 0xe9)
        #expect(JSONEscape.unit(text.span, at: 4) == 0xabcd)
        #expect(JSONEscape.unit(text.span, at: 8) == nil)
        #expect(JSONEscape.unit(text.span, at: 9) == nil)
        #expect(JSONEscape.joined(0xd83d, 0xde00) == "😀")
        #expect(JSONEscape.joined(0xdbff, 0xdfff) == "\u{10FFFF}")
        #expect(JSONEscape.joined(0xde00, 0xde00) == nil && JSONEscape.joined(0xd83d, 0x41) == nil)
    }
}
