import Testing

@testable import Manifests

/// What a YAML text's events mean: types, lines, aliases, merge keys, and what is refused.
struct YAMLTests {
    private static func read(_ text: String) -> String {
        do {
            return try TreeParser.documents(of: text).map(\.shown).joined(separator: " ")
        } catch {
            return "\(error.line): \(error.wrong)"
        }
    }

    @Test(arguments: [
        ("a: &x {b: 1}\nc: *x", "1:{1a=1:{1b=1:1},2c=1:{1b=1:1}}"),
        ("a: &x 10\n*x : y", "1:{1a=1:10,110=2:true}"),
        ("a: &a b\nc: &a d\ne: *a", "1:{1a=1:'b',2c=2:'d',3e=2:'d'}"),
        ("--- &a\nx: 1\n--- *a", "1:{2x=2:1} 1:{2x=2:1}"),
        ("<<: {a: 1, b: 2}\na: 3", "1:{2a=2:3,1b=1:2}"),
        ("<<: [{a: 1}, {a: 2, b: 3}]\nq: 1", "1:{2q=2:1,1a=1:1,1b=1:3}"),
        ("<<: 3\na: 1", "1:{2a=2:1}"),
        ("\"<<\": 1", "1:{1<<=1:1}"),
        (
            "x: &x {<<: &y {a: 1}, b: 2}\nz: *x\nw: *y",
            "1:{1x=1:{1b=1:2,1a=1:1},2z=1:{1b=1:2,1a=1:1},3w=1:{1a=1:1}}"
        ),
        ("a: |\n  b\n  c\nd: 'e'", "1:{1a=1:'b\nc\n',4d=4:'e'}"),
        (
            "a: ~\nb:\nc: no\nd: 0x10\ne: 1e3\nf: !!str 1\ng: '1'",
            "1:{1a=1:null,2b=2:null,3c=3:false,4d=4:16,5e=5:n1e3,6f=6:'1',7g=7:'1'}"
        ),
        ("a: 1\n---\n---\n# x\n---\nb: [c, {d: e}]", "1:{1a=1:1} 6:{6b=6:[6:'c',6:{6d=6:'e'}]}"),
    ])
    func `trees have types and lines`(text: String, shown: String) {
        #expect(Self.read(text) == shown)
    }

    @Test(arguments: [
        ("b: 1\na: 1\na: 2\nb: 2", "2: does not parse: the key a, b stands twice"),
        ("<<: {a: 1}\n<<: {b: 2}", "1: does not parse: the key << stands twice"),
        ("a: *u", "1: does not parse: found undefined alias"),
        ("x: &x\n  y: *x", "2: does not parse: found undefined alias"),
        ("a: 1\n? [b]\n: c", "2: a map's key is no string"),
        (
            "a: 1\n? [b]\n: c\nd: [",
            "5: does not parse: while parsing a flow node (line 5), did not find expected node "
                + "content"
        ),
        (
            "a: b: c",
            "1: does not parse: mapping values are not allowed in this context"
        ),
        ("a: \u{7}", "1: does not parse: control characters are not allowed"),
    ])
    func `what is no YAML is said as ever`(text: String, said: String) {
        #expect(Self.read(text) == said)
    }

    /// Merged entries must not be copied along with what they were merged from: a few kilobytes of
    /// text would take gigabytes.
    @Test func `maps that merge one another take what they hold`() throws {
        let (entries, maps) = (50, 200)
        var text =
            "m0: &m0 {" + (0..<entries).map { "k\($0): \($0)" }.joined(separator: ", ") + "}\n"
        for map in 1...maps { text += "m\(map): &m\(map) {<<: *m\(map - 1)}\n" }
        let tree = try #require(try TreeParser.documents(of: text).first)
        // Each map has its entries, and those of the map that it merges.
        #expect(tree.text.nodeCount <= (maps + 1) * (4 * entries + 6))
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
