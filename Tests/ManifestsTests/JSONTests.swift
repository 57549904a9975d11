import Foundation
import Testing

@testable import Manifests

/// JSON read by its own parser gives what the YAML parser gives.
@Suite struct JSONTests {
    private let samples = [
        "{}", "{\"a\": []}",
        "{\"a\": {\"b\": [1, -2, 0, 1.5, 1e3, -0.5E-2, 12345678901234567890]}}",
        "{\"a\": true, \"b\": false, \"c\": null, \"d\": \"\"}",
        "{\n  \"kind\": \"Service\",\n  \"metadata\": {\n    \"name\": \"x\"\n  }\n}\n",
        "{\"q\": \"say \\\"hi\\\" \\\\ \\/ \\b\\f\\n\\r\\t\"}",
        "{\"u\": \"\\u00e9 \\ud83d\\ude00 \\ud800 \\udc00x \\ud800\\u0041\"}",
        "{\"ä\": \"ö 😀\"}", "{\"on\": \"yes\", \"no\": \"1\", \"x\": \"null\"}",
        "  \n{\"a\":[[[[]]]],\"b\":[{},{}]}  ",
    ]

    @Test func `trees and lines are the same`() throws {
        for sample in samples {
            let own = try #require(JSONTreeParser.tree(of: sample), "\(sample)")
            // A comment makes it YAML.
            let other = try TreeParser.documents(of: sample + "\n# YAML")
            #expect(JSONTreeParser.tree(of: sample + "\n# YAML") == nil)
            #expect(other.count == 1)
            #expect(own.shown == other[0].shown)
        }
    }

    @Test func `what is no JSON is left to the YAML parser`() {
        let others = [
            "", "a: b", "[1]", "{a: b}", "{'a': 1}", "{\"a\": 01}", "{\"a\": .5}", "{\"a\": 1.}",
            "{\"a\": +1}", "{\"a\": 1e}", "{\"a\": tru}", "{\"a\" 1}", "{\"a\": 1,}",
            "{\"a\": [1,]}",
            "{\"a\": 1} {\"b\": 2}", "{\"a\": 1}\n---\n{\"b\": 2}", "{\"a\": \"x\ny\"}",
            "{\"a\": \"\\x\"}", "{\"a\": \"\\u12\"}", "{\"a\": \"\\ud83d\\u12\"}", "{\"a\": \"",
            "{\"a\": 1", "{\"a\"", "{", "{\"a\": &x 1, \"b\": *x}",
            "{\"a\": 1, \"a\": 2}",
            String(repeating: "{\"a\":", count: 200) + "1" + String(repeating: "}", count: 200),
        ]
        for other in others {
            #expect(JSONTreeParser.tree(of: other) == nil, "\(other)")
        }
        let keys = (0..<40).map { "\"k\($0)\": 1" }.joined(separator: ",")
        #expect(JSONTreeParser.tree(of: "{\(keys)}") != nil)
        #expect(JSONTreeParser.tree(of: "{\(keys),\"k7\": 2}") == nil)
    }

    @Test func `mutated bytes never trap, and what both read is the same`() throws {
        var random = SystemRandomNumberGenerator()
        var same = 0
        for sample in samples {
            let bytes = Array(sample.utf8)
            for cut in bytes.indices {
                _ = JSONTreeParser.tree(of: String(decoding: bytes[..<cut], as: UTF8.self))
            }
            for _ in 0..<500 {
                var mutated = bytes
                mutated[Int.random(in: bytes.indices, using: &random)] =
                    UInt8.random(in: 0x20...0x7e, using: &random)
                let input = String(decoding: mutated, as: UTF8.self)
                guard let own = JSONTreeParser.tree(of: input) else { continue }
                let other = try? TreeParser.documents(of: input + "\n# YAML")
                guard let other, other.count == 1 else { continue }
                #expect(own.shown == other[0].shown, "\(input)")
                same += 1
            }
        }
        #expect(same > 100)
    }
}
