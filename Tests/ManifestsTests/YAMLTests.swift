import Testing

@testable import Manifests

/// What a YAML text's events mean: types, lines, aliases, merge keys, and what is refused.
struct YAMLTests {
    private static let long = String(repeating: "k", count: 33)

    private static func read(_ text: String) -> String {
        do {
            return try TreeParser.documents(of: text).map { document in
                switch document {
                case .success(let tree): tree.shown
                case .failure(let flaw): said(flaw)
                }
            }.joined(separator: " ")
        } catch {
            return said(error)
        }
    }

    private static func said(_ flaw: Flaw) -> String {
        "\(flaw.line): \(flaw.field.isEmpty ? "" : "\(flaw.field): ")\(flaw.wrong)"
    }

    @Test(arguments: [
        ("a: &x {b: 1}\nc: *x", "1:{1a=1:{1b=1:1},2c=1:{1b=1:1}}"),
        ("a: &x 10\n*x : y", "1:{1a=1:10,110=2:true}"),
        ("a: &a b\nc: &a d\ne: *a", "1:{1a=1:'b',2c=2:'d',3e=2:'d'}"),
        (
            "--- &a\nx: 1\n--- &a\ny: *a",
            "1:{2x=2:1} 4: y: the alias *a has no anchor in its document"
        ),
        ("a: &a b\nc: &a [*a]\nd: *a", "1:{1a=1:'b',2c=2:[1:'b'],3d=2:[1:'b']}"),
        ("a: &a no\n? *a\n: *a", "1:{1a=1:false,1no=1:false}"),
        ("<<: {a: 1, b: 2}\na: 3", "1:{2a=2:3,1b=1:2}"),
        ("<<: [{a: 1}, {a: 2, b: 3}]\nq: 1", "1:{2q=2:1,1a=1:1,1b=1:3}"),
        ("a: 1\n<<: {a: 2}", "1:{1a=1:1}"), ("? !!str <<\n: {a: 1}", "1:{1<<=2:{2a=2:1}}"),
        ("a: &a {b: 1}\nc: {!!merge <<: *a}", "1:{1a=1:{1b=1:1},2c=2:{1b=1:1}}"),
        ("\"<<\": 1", "1:{1<<=1:1}"),
        (
            "x: &x {<<: &y {a: 1}, b: 2}\nz: *x\nw: *y",
            "1:{1x=1:{1b=1:2,1a=1:1},2z=1:{1b=1:2,1a=1:1},3w=1:{1a=1:1}}"
        ),
        ("a: |\n  b\n  c\nd: 'e'", "1:{1a=1:'b\nc\n',4d=4:'e'}"),
        (
            "a: ~\nb:\nc: no\nd: 0x10\ne: 1e3\nf: !!str 1\ng: '1'",
            "1:{1a=1:null,2b=2:null,3c=3:false,4d=4:16,5e=5:1000,6f=6:'1',7g=7:'1'}"
        ),
        ("a: 1\n---\n---\n# x\n---\nb: [c, {d: e}]", "1:{1a=1:1} 6:{6b=6:[6:'c',6:{6d=6:'e'}]}"),
    ])
    func `trees have types and lines`(text: String, shown: String) {
        #expect(Self.read(text) == shown)
    }

    @Test(arguments: [
        ("b: 1\na: 1\na: 2\nb: 2", "1: b: stands twice"),
        ("x:\n- y\n- z: {q: 1, q: 2}", "3: x[1].z.q: stands twice"),
        ("data: {\(long): 1, \(long): 2}", "1: data: a key stands twice"),
        ("a: {<<: {a: 1}, <<: {b: 2}}", "1: a.<<: stands twice"),
        ("a:\n  <<: 3\n  b: 1", "2: a: << is a number"),
        ("a:\n  <<:\n  b: 1", "2: a: << is null"),
        ("<<: [{a: 1}, [{b: 1}]]\nb: 1", "1: << lists a list"),
        ("a: *u", "1: a: the alias *u has no anchor in its document"),
        ("x: &x\n  y: [1, *x]", "2: x.y[1]: the alias *x has no anchor in its document"),
        ("a: 1\n? [b]\n: c", "2: a map's key is no string"),
        ("a: &a [b]\nc:\n  ? *a\n  : c", "1: c: a map's key is no string"),
        ("x:\n  a: !!int ten", "2: x.a: is no !!int"), ("!!bool 1", "1: is no !!bool"),
        ("- !!binary aGk=", "1: [0]: has the tag !!binary"),
        (
            "a: b: c",
            "1: does not parse: mapping values are not allowed in this context"
        ),
        ("a: \u{7}", "1: does not parse: control characters are not allowed"),
        (
            "{a: 1}\n{b: 1}",
            "1:{1a=1:1} 2: does not parse: did not find expected <document start>"
        ),
    ])
    func `what is wrong is said with its line and field`(text: String, said: String) {
        #expect(Self.read(text) == said)
    }

    /// Documents, each wrong in its own way.
    static let wrong = [
        "a: 1\na: 2", "? {b: 1}\n: 2", "<<: 1", "a: *a", "kind: [", "a: \"b", "x: \u{1}", "\tx: 1",
        String(repeating: "[", count: 101), String(repeating: "- ", count: 101),
        bomb(width: 60), (0..<40).map { "%TAG !\($0)! x\n" }.joined() + "---\na: 1",
    ]

    @Test(arguments: wrong)
    func `a wrong document spoils no other`(text: String) throws {
        let mark = text.hasPrefix("%") ? "..." : "---"
        let all = "a: 1\n\(mark)\n\(text)\n---\nb: 2\n...\n# c\n...\nc: 3\n"
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        let documents = try TreeParser.documents(of: all)
        #expect(documents.count == 4)
        #expect(documents.map { (try? $0.get()) == nil } == [false, true, false, false])
        let shown = documents.compactMap { try? $0.get().shown }
        let (second, third) = (4 + lines, 8 + lines)
        #expect(
            shown == [
                "1:{1a=1:1}", "\(second):{\(second)b=\(second):2}",
                "\(third):{\(third)c=\(third):3}",
            ])
        guard case .failure(let flaw) = documents[1] else { return }
        #expect(flaw.line >= 3 && flaw.line <= 3 + lines && !flaw.right.isEmpty)
        // Alone it is what is wrong with all of the text.
        #expect(throws: Flaw.self) { _ = try TreeParser.documents(of: text) }
    }

    @Test func `directives stand with their document`() throws {
        let text =
            "%YAML 1.1\n%TAG !y! tag:yaml.org,2002:\n---\na: !y!str 1\n...\n"
            + "%YAML 1.1\n---\na: !y!str 1\n...\n%TAG !y! tag:yaml.org,2002:\n---\nb: !y!str 2\n"
        #expect(
            Self.read(text)
                == "4:{4a=4:'1'} 8: does not parse: while parsing a node (line 8), found undefined tag "
                + "handle 12:{12b=12:'2'}")
    }

    // MARK: Limits

    /// Each anchor is used within its own second definition, where it still means the first.
    static func bomb(width: Int) -> String {
        func list(_ first: String, _ item: String) -> String {
            "[\(([first] + [String](repeating: item, count: width)).joined(separator: ","))]"
        }
        return "x0: &a [x]\nx1: &b [x]\nx2: &a \(list("*a", "x"))\nx3: &b \(list("*b", "*a"))\n"
            + "x4: \(list("*b", "*b"))\n"
    }

    @Test(arguments: [60, 100, 300, 3_000])
    func `what aliases add is bounded by the size of the text`(width: Int) throws {
        let bomb = Self.bomb(width: width)
        #expect(throws: Flaw.self) { _ = try TreeParser.documents(of: bomb) }
        let read = Self.read(bomb)
        #expect(read.hasSuffix("]: aliases expand to too much"), "\(read.prefix(200))")
        let merging =
            "m: &m {\((0..<width).map { "k\($0): 1" }.joined(separator: ", "))}\n"
            + "a: [\([String](repeating: "{<<: *m}", count: width * 4).joined(separator: ", "))]"
        #expect(Self.read(merging).hasSuffix("aliases expand to too much"))
    }

    /// The text of a scalar is shared, but whoever reads it makes a copy each time.
    @Test func `a long text counts with its bytes`() {
        let text = String(repeating: "x", count: 50_000)
        let uses = [String](repeating: "*a", count: 600).joined(separator: ", ")
        let read = Self.read("t: &a \(text)\nu: [\(uses)]")
        #expect(read == "2: u[268]: aliases expand to too much")
    }

    @Test func `aliases of ordinary manifests are far below the limit`() throws {
        let container =
            "  resources: {limits: {cpu: 1, memory: 1Gi}}\n  env: [{name: A, value: b}]\n"
        let text =
            "base: &base\n\(container)all:\n"
            + (0..<2_000).map { "- {<<: *base, name: c\($0)}\n" }.joined()
        let tree = try #require(try TreeParser.document(of: text))
        #expect(tree.nodeCount > 2_000 * 15)
    }

    @Test(arguments: ["-\n", "0,"])
    func `a text may have only so many values`(value: String) throws {
        let values = String(repeating: value, count: TreeParser.nodeLimit)
        let text = value == "0," ? "[\(values)0]" : values
        #expect(Self.read(text) == "1: has more than \(TreeParser.nodeLimit) keys and values")
    }

    @Test func `ordinary manifests have two thirds of the values that a text may have, or fewer`()
        throws
    {
        let route = route(
            "hello", "{revisionName: a, percent: 90, tag: t}", "{revisionName: b, percent: 10}")
        let text = String(repeating: route, count: 100)
        let nodes = try TreeParser.documents(of: text).reduce(0) { try $0 + $1.get().nodeCount }
        let share = Double(text.utf8.count) / Double(TreeParser.byteLimit)
        #expect(Double(nodes) < share * Double(TreeParser.nodeLimit) * 2 / 3)
    }

    @Test func `empty documents count`() {
        let text = String(repeating: "---\n", count: TreeParser.documentLimit + 2)
        #expect(Self.read(text) == "1: has more than \(TreeParser.documentLimit) documents")
    }

    @Test func `many directives are refused before they are compared`() {
        for end in ["\n", "\r", "\u{85}", "\u{2028}"] {
            let text = (0..<5_000).map { "%TAG !\($0)! x\(end)" }.joined() + "---\na: 1\n"
            #expect(Self.read(text) == "1: has more than 32 %TAG directives")
        }
        let block = "a: |\n" + String(repeating: " %TAG\n", count: 100)
        #expect(Self.read(block).hasPrefix("1:{1a=1:'%TAG"))
    }

    /// Merged entries must not be copied along with what they were merged from: a few kilobytes of
    /// text would take gigabytes.
    @Test func `maps that merge one another take what they hold`() throws {
        let (entries, maps) = (50, 200)
        var text =
            "m0: &m0 {" + (0..<entries).map { "k\($0): \($0)" }.joined(separator: ", ") + "}\n"
        for map in 1...maps { text += "m\(map): &m\(map) {<<: *m\(map - 1)}\n" }
        let tree = try #require(try TreeParser.document(of: text))
        // Each map has its entries, and those of the map that it merges.
        #expect(tree.nodeCount <= (maps + 1) * (4 * entries + 6))
        guard case .map(let all) = tree.value, case .map(let last)? = all.last?.tree.value else {
            Issue.record("no map")
            return
        }
        #expect(last.map(\.key) == (0..<entries).map { "k\($0)" })
    }

    @Test(arguments: [
        (
            "a: &a {<<: {x: 1}, y: {<<: {z: 2}}}\nb: *a",
            "1:{1a=1:{1y=1:{1z=1:2},1x=1:1},2b=1:{1y=1:{1z=1:2},1x=1:1}}"
        ),
        (
            "a: &a [{<<: {x: 1}}, 2]\nb: [*a, 3]",
            "1:{1a=1:[1:{1x=1:1},1:2],2b=2:[1:[1:{1x=1:1},1:2],2:3]}"
        ),
        (
            "a: &a {<<: {x: 1}}\nb: {<<: [*a, {x: 2, w: 3}]}",
            "1:{1a=1:{1x=1:1},2b=2:{1x=1:1,2w=2:3}}"
        ),
    ])
    func `what aliases stand for has its merged entries once`(text: String, shown: String) {
        #expect(Self.read(text) == shown)
    }

    @Test func `what an alias stands for counts as deep as it stands`() {
        func text(_ outer: Int) -> String {
            "a: &a\n " + String(repeating: "{k: ", count: 60) + "1"
                + String(repeating: "}", count: 60) + "\nb:\n - "
                + String(repeating: "[", count: outer) + "*a" + String(repeating: "]", count: outer)
        }
        #expect(Self.read(text(37)).hasPrefix("1:{"))
        #expect(Self.read(text(38)) == "2: is nested deeper than 100")
    }
}
