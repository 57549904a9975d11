import Testing

struct SourceFileTests {
    @Test func `comments and literals are told from code`() {
        let file = SourceFile(
            path: "Sources/A/b.swift",
            text: """
                let a = "b // c" // d "e"
                let f = #"g"h"# + "i\\"j\\(k("l"))m"
                /* n
                o */ p("\\\\") // q
                """)
        #expect(file.code == [#"let a = "" "#, #"let f = "" + """#, "", #" p("") "#])
        #expect(file.comments == [#" d "e""#, "", " n", "o  q"])
        #expect(file.strings == [["b // c"], ["g\"h", "ijm"], [], [""]])
        #expect(file.target == "A")
    }

    @Test func `literals of several lines are literals`() {
        let quotes = "\"\"\""
        let file = SourceFile(path: "x", text: "a(\(quotes)\n  // \"b\"\n  \(quotes)) // c")
        #expect(file.code == ["a(\"", "", "\")  ".replacing("  ", with: " ")])
        #expect(file.comments.last == " c")
        #expect(file.strings == [[""], ["  // \"b\""], ["  "]])
    }
}
