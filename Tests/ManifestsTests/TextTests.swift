import Manifests
import Testing

/// YAML and JSON as text: types, escapes, limits.
struct TextTests {
    private static func labels(_ text: String) -> [String: String]? {
        let made = compilation(text, revision("a", of: "x"))
        #expect(made.faults == [])
        return made.ingress("default", "hello")?.labels
    }

    private static func json(_ label: String) -> String {
        "{\"apiVersion\":\"serving.knative.dev/v1\",\"kind\":\"Route\",\"metadata\":"
            + "{\"name\":\"hello\",\"labels\":{\"l\":\(label)}},\"spec\":{\"traffic\":"
            + "[{\"revisionName\":\"a\",\"percent\":100}]}}"
    }

    @Test(arguments: [
        (#""a\/b""#, "a/b"), (#""\u00e9""#, "é"), (#""\u003c""#, "<"),
        (#""\ud83d\ude00""#, "😀"), (#""\uD83D\uDE00x""#, "😀x"), (#""\ud83d""#, "\u{FFFD}"),
        (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"), (#""\\ud83d""#, #"\ud83d"#),
        (#""a\tb\"\\""#, "a\tb\"\\"), (#""true""#, "true"), (#""12""#, "12"), (#""""#, ""),
        (#""日本""#, "日本"),
    ])
    func `JSON strings are read as JSON`(written: String, read: String) {
        #expect(Self.labels(Self.json(written))?["l"] == read)
    }

    @Test func `JSON with tabs, carriage returns and a byte order mark is read`() {
        let text = Self.json("\"x\"").replacing(",", with: ",\r\n\t\t")
        #expect(Self.labels(text)?["l"] == "x")
        #expect(Self.labels("\u{FEFF}" + text)?["l"] == "x")
    }

    @Test(arguments: ["", "---\n", "# first\n"])
    func `YAML with a byte order mark is read`(start: String) {
        let made = compilation(
            "\u{FEFF}\(start)" + route("hello", "{revisionName: a, percent: 100}"))
        #expect(made.faults == [])
        #expect(made.routes.map(\.name) == ["hello"])
    }

    @Test func `objects of JSON may follow one another`() {
        let made = compilation(
            Self.json("\"x\"") + "\n" + Self.json("\"y\"").replacing("hello", with: "other")
                + "\n" + Self.json("\"y\"").replacing("100}", with: "100,\"percent\":1}"))
        #expect(made.routes.map(\.name).sorted() == ["hello", "other"])
        #expect(
            made.faults.map(\.description) == [
                "a.yaml:3: spec.traffic[0].percent: stands twice, write it once"
            ])
    }

    @Test func `one bad document does not block another`() {
        let good = route("hello", "{revisionName: a, percent: 100}")
        let bad = route("bad", "{revisionName: a, percent: 100, percent: 100}")
        var store = store(good + bad + route("other", "{revisionName: a, percent: 100}"))
        var made = store.compile()
        #expect(made.routes.map(\.name).sorted() == ["hello", "other"])
        #expect(
            made.faults.map(\.description) == [
                "a.yaml:15: spec.traffic[0].percent: stands twice, write it once"
            ])
        #expect(made.objects.map(\.status) == [.refused, .served, .served])
        // What became unreadable may be any of those that the file no longer shows.
        store.load(file: "a.yaml", text: good + "kind: [\n---\n")
        made = store.compile()
        #expect(made.routes.map(\.name).sorted() == ["hello", "other"])
        #expect(
            made.objects.map { "\($0.name) \($0.status)" } == [
                " refused", "hello served", "other last good kept",
            ])
        store.load(file: "a.yaml", text: good)
        made = store.compile()
        #expect(made.routes.map(\.name) == ["hello"] && made.faults == [])
    }

    /// Text that has nothing to do with anchors and aliases, though it has their signs.
    @Test func `bullets and ampersands are text`() {
        let bullets = String(repeating: "    * item\n", count: 700)
        let made = compilation(
            route("hello", "{revisionName: a, percent: 100}")
                + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  notes: |\n"
                + "    Routes & revisions\n\(bullets)")
        #expect(made.faults == [])
        #expect(made.routes.map(\.name) == ["hello"])
    }

    @Test func `a bomb in an annotation is refused at its place`() {
        let made = compilation(
            "apiVersion: serving.knative.dev/v1\nkind: Route\nmetadata:\n  name: hello\n"
                + "  annotations:\n    weir.dev/rules: |\n"
                + YAMLTests.bomb(width: 100).split(separator: "\n").map { "      \($0)\n" }
                .joined()
                + "spec: {traffic: [{revisionName: a, percent: 100}]}")
        #expect(made.faults.map(\.wrong) == ["aliases expand to too much"])
        #expect(made.faults.first?.line == 11)
        #expect(
            made.faults.first?.field.hasPrefix("metadata.annotations.weir.dev/rules.x4[") == true)
    }

    @Test(arguments: ["true", "12", "1.5", "[]", "{}"])
    func `other JSON values are no strings`(value: String) {
        let made = compilation(Self.json(value))
        #expect(made.faults.map(\.field) == ["metadata.labels.l"])
    }

    @Test(arguments: [
        "{\"a\":1,\"a\":2}", "{\"a\":", "{\"a\" 1}", "[1,2", "\"\\x\"", "{\"\\q\":1}",
    ])
    func `bad JSON is a fault of its file`(text: String) {
        let made = compilation(text)
        #expect(made.faults.count == 1)
    }

    /// A scalar as a percent: the message, or nil when it is 100.
    static let scalars: [(String, String?)] = [
        ("100", nil), ("+100", nil), ("0x64", nil), ("0X64", nil), ("1_00", nil), ("0144", nil),
        ("0o144", nil), ("0O144", nil), ("0b1100100", nil), ("0B1100100", nil), ("100.0", nil),
        ("1e2", nil), ("1.0E+2", nil), ("10_0.", nil), ("!!int 100", nil), ("!!int '100'", nil),
        ("!!float 100", nil), ("'100'", "must be an integer, is a string"),
        ("!!str 100", "must be an integer, is a string"),
        ("!own 100", "must be an integer, is a string"),
        ("!!int 'x'", "is no !!int"), ("yes", "must be an integer, is a boolean"),
        ("!!bool 'yes'", "must be an integer, is a boolean"),
        ("100.5", "must be an integer, is a number"),
        (".5", "must be an integer, is a number"), ("1.2.3", "must be an integer, is a string"),
        ("99999999999999999999", "must be an integer, is a number"),
        ("18446744073709551615", "must be an integer, is a number"),
        ("-9223372036854775808", "expected 0 <= -9223372036854775808 <= 100"),
        ("[1]", "must be an integer, is a list"), ("{}", "must be an integer, is a map"),
        ("2001-01-01", "must be an integer, is a string"),
        ("~", "Traffic targets sum to 0, want 100"),
    ]

    @Test(arguments: [
        "1e5.5", "-e5", "1e5.", "1e", "1e+", "e5", "+", "-", ".", "+.", ".e5", "1..2", "1.2.3",
        "--1",
        "+-1", "0x", "0xg", "0g12", "0b2", "0o8", "1e999", ".5_0", "_1", "1:30", "0x-1", "nan",
        "inf",
        "..inf",
        "0x1FFFFFFFFFFFFFFFF",
    ])
    func `what only looks like a number is a string, as in Kubernetes`(scalar: String) throws {
        let made = compilation(
            "apiVersion: v1\nkind: Other\n---\n"
                + route("hello", "{revisionName: a, percent: 100}").replacing(
                    "  name: hello", with: "  name: hello\n  labels: {l: \(scalar)}"))
        #expect(made.faults == [])
        #expect(made.ingress("default", "hello")?.labels["l"] == scalar)
    }

    @Test(arguments: [
        "1.5", ".5", "5.", "+.5e-3", "1_0.5", "08", "1e3", ".inf", "-.Inf", "+.INF", ".NaN",
        "18446744073709551615", "0xFFFFFFFFFFFFFFFF", "-0b11", "00",
    ])
    func `a number is no string`(scalar: String) {
        let made = compilation(
            route("hello", "{revisionName: a, percent: 100}").replacing(
                "  name: hello", with: "  name: hello\n  labels: {l: \(scalar)}"))
        #expect(made.faults.map(\.wrong) == ["must be a string, is a number"])
    }

    @Test(arguments: scalars)
    func `scalars have the types of their text or tag`(scalar: String, wrong: String?) {
        let made = compilation(route("hello", "{revisionName: a, percent: \(scalar)}"))
        #expect(made.faults.first?.wrong == wrong)
    }

    @Test func `anchors, aliases and merge keys are resolved`() {
        let made = compilation(
            revision("a", of: "x") + configuration("x")
                + """
                apiVersion: serving.knative.dev/v1
                kind: Route
                metadata:
                  name: hello
                  labels: &l {a: "1", b: "2"}
                  annotations: {<<: *l, b: "3"}
                spec:
                  traffic:
                  - &t {revisionName: a, percent: 50}
                  - *t
                """)
        #expect(made.faults == [])
        let annotations = made.ingress("default", "hello")?.annotations
        #expect(annotations?["a"] == "1" && annotations?["b"] == "3")
        #expect(made.routes.first?.rules[0].paths[0].splits.map(\.share) == [1_000_000])
    }

    @Test(arguments: [true, false])
    func `a bomb of aliases is refused before it is expanded`(isKey: Bool) {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x]\n"
        for level in 1...30 {
            let list = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(list)]\n"
        }
        if isKey { text += "? [*a30]\n: x\n" }
        let made = compilation(text)
        #expect(made.faults.map(\.wrong) == ["aliases expand to too much"])
    }

    @Test func `a long chain of aliases is refused or too deep, and does not overflow`() {
        for count in [90, 120, 1_000, 5_000] {
            var text = "a0: &a0 [x]\n"
            for level in 1...count { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
            let made = compilation(text + Self.json("x"))
            #expect(made.faults.count == 1)
        }
    }

    @Test func `many uses of one small anchor are fine`() {
        let uses = (0..<2_000).map { "  k\($0): *v" }.joined(separator: "\n")
        let made = compilation(
            "apiVersion: v1\nkind: Other\nv: &v {a: b}\nmap:\n\(uses)\n")
        #expect(made.faults == [])
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "[{a: "])
    func `endless nesting is refused`(piece: String) {
        let made = compilation(String(repeating: piece, count: 100_000))
        #expect(made.faults.count == 1)
        let few = compilation(String(repeating: piece, count: 500))
        #expect(few.faults.count == 1)
    }

    @Test func `what is shown of a text is one line of what can be seen`() {
        let made = compilation(
            "apiVersion: serving.knative.dev/v1\nkind: Route\nmetadata: {name: hello}\n"
                + "spec: {\"\\e[2J\\r\\na.yaml:1: \\x7f\\x9b\\u202e\\u2028é\": 1, traffic: 1}\n---\n"
                + "apiVersion: v1\nkind: \(String(repeating: "é\\u0001", count: 4_000).quoted)\n")
        let shown = (made.faults + made.notices).map(\.description)
        let isSeen = shown.allSatisfy { line in
            line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value) }
                && line.utf8.count < 5_000
        }
        #expect(isSeen)
        #expect(
            shown.contains {
                $0.contains(
                    #"spec.\u{1b}[2J\r\na.yaml:1: \u{7f}\u{9b}\u{202e}\u{2028}é: unknown field"#)
            }, "\(shown)")
        #expect(shown.contains { $0.contains(#"é\u{1}é"#) && $0.contains("…, ") })
    }

    @Test func `a file over the limit is refused`() {
        let made = compilation(
            String(repeating: String(repeating: "#", count: 65_536), count: 129))
        #expect(made.faults.map(\.wrong) == ["is larger than 8 MiB"])
    }

    @Test(arguments: [
        "...", "---\n...\n---\n...", "hello", "[1, 2]", "- a", "42", "---\n# x", "!!x y",
        "{apiVersion: v1}", "kind: Route", "{apiVersion: 1, kind: {}}",
        "apiVersion: a/b/c\nkind: d",
        "{apiVersion: v1, kind: List, items: 3}", "{apiVersion: v1, kind: List, items: [3, null]}",
        "{apiVersion: serving.knative.dev/v1, kind: Route, metadata: [], spec: x}",
    ])
    func `odd documents are refused or skipped, never fatal`(text: String) {
        let made = compilation(text, revision("a"))
        #expect(made.objects.contains { $0.kind == "Revision" && $0.status == .loaded })
    }
}

extension String {
    /// In YAML's double quotes.
    fileprivate var quoted: String { "\"\(self)\"" }
}
