import Foundation
import Testing

@testable import Manifests

/// JSON read by its own parser gives what the YAML parser gives.
@Suite struct JSONTests {
    private let samples = [
        "{}", "{\"a\": []}",
        "{\"a\": {\"b\": [1, -2, 0, 1.5, 15e-1, -0.5E-2, 12345678901234567890]}}",
        "{\"a\": true, \"b\": false, \"c\": null, \"d\": \"\"}",
        "{\n  \"kind\": \"Service\",\n  \"metadata\": {\n    \"name\": \"x\"\n  }\n}\n",
        "{\"q\": \"say \\\"hi\\\" \\\\ \\/ \\b\\f\\n\\r\\t\"}",
        "{\"u\": \"\\u00e9 \\u0041\"}", "[1, {\"a\": []}]", "[]",
        "{\"ä\": \"ö 😀\"}", "{\"on\": \"yes\", \"no\": \"1\", \"x\": \"null\"}",
        "  \n{\"a\":[[[[]]]],\"b\":[{},{}]}  ",
    ]

    @Test func `trees and lines are the same`() throws {
        for sample in samples {
            let own = try #require(Self.tree(of: sample), "\(sample)")
            // A comment makes it YAML.
            let other = try TreeParser.documents(of: sample + "\n# YAML")
            #expect(Self.tree(of: sample + "\n# YAML") == nil)
            #expect(other.count == 1)
            #expect(try own.shown == other[0].get().shown)
        }
    }

    /// Numbers like `1e3` are integers in YAML only, and those like `1e999` strings.
    private static func whole(_ shown: String) -> String {
        shown.replacing(#/:n([-+.0-9eE]+)/#) { match in
            let value = Double(match.1) ?? 0
            if !value.isFinite { return ":'\(match.1)'" }
            return Int64(exactly: value).map { ":\($0)" } ?? String(match.0)
        }
    }

    /// The only value of a text that is plainly JSON.
    private static func tree(of text: String) -> Tree? {
        guard let documents = try? JSONTreeParser.documents(of: text), documents.count == 1 else {
            return nil
        }
        return try? documents[0].get()
    }

    @Test(arguments: [
        (#""\ud83d\ude00""#, "1:'😀'"), (#""\ud800 \udc00x""#, "1:'\u{FFFD} \u{FFFD}x'"),
        (#""\ud800\u0041""#, "1:'\u{FFFD}A'"), ("100.0", "1:n100.0"), ("1e2", "1:n1e2"),
    ])
    func `what YAML has otherwise is as in JSON`(value: String, shown: String) {
        #expect(Self.tree(of: "[\(value)]")?.shown == "1:[\(shown)]")
    }

    @Test(arguments: [
        ("{\"a\": 1}\n{\"b\": [2]}\n", ["1:{1a=1:1}", "2:{2b=2:[2:2]}"]),
        ("{\"a\":1}{\"b\":\n[2]}", ["1:{1a=1:1}", "1:{1b=2:[2:2]}"]),
        ("[1] \n[]\n\n{}", ["1:[1:1]", "2:[]", "4:{}"]),
        ("{}\n---\n---\n[\"\\ud83d\\ude00\"]\n---", ["1:{}", "4:[4:'😀']"]),
    ])
    func `values may follow one another`(text: String, shown: [String]) throws {
        let documents = try #require(try JSONTreeParser.documents(of: text))
        #expect(try documents.map { try $0.get().shown } == shown)
    }

    /// Values that are wrong, and what is said of each.
    static let wrong = [
        (
            "{\"x\": [\n{\"a\": 1, \"a\": 2}, {\"b\": 1, \"b\": \"\\\"}\"}]}", 2, "x[0].a",
            "stands twice"
        ),
        ("{\"\(long)\": 1, \"\(long)\": 2}", 1, "", "a key stands twice"),
        (
            String(repeating: "{\"a\":[\n", count: 60) + "\"]}\", 1, [], {}"
                + String(repeating: "]}", count: 60), 51, "", "is nested deeper than 100"
        ),
    ]
    private static let long = String(repeating: "k", count: 40)

    @Test(arguments: wrong)
    func `what is wrong in one value spoils no other, and is said as of YAML`(
        text: String, line: Int, field: String, said: String
    ) throws {
        let documents = try TreeParser.documents(of: "{\"c\": 1}\n\(text)\n{\"d\": 1}")
        #expect(documents.map { (try? $0.get()) == nil } == [false, true, false])
        #expect(try documents[0].get().shown == "1:{1c=1:1}")
        guard case .failure(let flaw) = documents[1] else { return }
        #expect((flaw.line, flaw.field, flaw.wrong) == (line + 1, field, said))
        let last = text.split(separator: "\n").count + 2
        #expect(try documents[2].get().shown == "\(last):{\(last)d=\(last):1}")
        let alone = #expect(throws: Flaw.self) { _ = try TreeParser.documents(of: text) }
        let yaml = #expect(throws: Flaw.self) {
            _ = try TreeParser.documents(of: text + "\n# YAML")
        }
        #expect(alone == yaml && alone?.line == line)
    }

    @Test func `what is no JSON is left to the YAML parser`() {
        let others = [
            "", "a: b", "1", "{a: b}", "{'a': 1}", "{\"a\": 01}", "{\"a\": .5}", "{\"a\": 1.}",
            "{\"a\": +1}", "{\"a\": 1e}", "{\"a\": tru}", "{\"a\" 1}", "{\"a\": 1,}",
            "{\"a\": [1,]}",
            "{\"a\": 1} 2", "{\"a\": 1} ---", "{\"a\": 1}\n--- {}", "---\n{\"a\": 1}", "{}\n---x",
            "{\"a\": 1},", "{\"a\": 1}\n---\n{\"b\": 2}", "{\"a\": \"x\ny\"}",
            "{\"a\": \"\\x\"}", "{\"a\": \"\\u12\"}", "{\"a\": \"\\ud83d\\u12\"}", "{\"a\": \"",
            "{\"a\": 1", "{\"a\"", "{", "{\"a\": &x 1, \"b\": *x}",
            "{\"a\": 1, \"a\": 2}",
            String(repeating: "{\"a\":", count: 200) + "1" + String(repeating: "}", count: 200),
        ]
        for other in others {
            #expect(Self.tree(of: other) == nil, "\(other)")
        }
        let keys = (0..<40).map { "\"k\($0)\": 1" }.joined(separator: ",")
        #expect(Self.tree(of: "{\(keys)}") != nil)
        #expect(Self.tree(of: "{\(keys),\"k7\": 2}") == nil)
    }

    @Test func `mutated bytes never trap, and what both read is the same`() throws {
        var random = SystemRandomNumberGenerator()
        var same = 0
        for sample in samples {
            let bytes = Array(sample.utf8)
            for cut in bytes.indices {
                _ = Self.tree(of: String(decoding: bytes[..<cut], as: UTF8.self))
            }
            for _ in 0..<500 {
                var mutated = bytes
                mutated[Int.random(in: bytes.indices, using: &random)] =
                    UInt8.random(in: 0x20...0x7e, using: &random)
                let input = String(decoding: mutated, as: UTF8.self)
                guard let own = Self.tree(of: input) else { continue }
                let other = try? TreeParser.documents(of: input + "\n# YAML")
                guard let other, other.count == 1 else { continue }
                #expect(try Self.whole(own.shown) == Self.whole(other[0].get().shown), "\(input)")
                same += 1
            }
        }
        #expect(same > 100)
    }
}
