import Testing

/// Words and calls that we do not use, and what to say instead.
struct WordTests {
    private static let calls: [(banned: String, instead: String)] = [
        ("fatal" + "Error(", "precondition for our bugs, a fault for theirs"),
        ("try" + "!", "a typed throw, or an optional"),
        ("as" + "!", "as?, or a type that needs no cast"),
        ("Date" + "()", "time as an argument"),
        ("Dispatch" + "Queue", "a worker, or a task of the control plane"),
    ]
    private static let marks = ["FIX" + "ME", "TO" + "DO", "XX" + "X", "HACK"]
    private static let words: [Substring: String] = [
        "downstream": "client", "frontend": "client or listener", "backend": "upstream",
        "origin": "upstream", "endpoint": "destination",
    ]
    /// Where Kubernetes' own names are spoken.
    private static let kubernetes = ["Sources/Manifests/", "Tests/ManifestsTests/"]
    /// The command's only way to the terminal.
    private static let output = "Sources/weir/Output"

    @Test func `calls that hide a fault are not made`() {
        var faults: [String] = []
        for file in Repository.sources + Repository.tests {
            for (index, line) in file.code.enumerated() {
                for (banned, instead) in Self.calls where Self.says(line, banned) {
                    faults.append("\(file.path):\(index + 1): \(banned): use \(instead)")
                }
            }
        }
        #expect(faults == [])
    }

    /// Whether the text stands there as a word of its own.
    private static func says(_ line: String, _ text: String) -> Bool {
        line.ranges(of: text).contains { found in
            guard found.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: found.lowerBound)]
            return !(before.isLetter || before.isNumber || before == "_")
        }
    }

    @Test func `nothing is left for later`() {
        var faults: [String] = []
        for file in Repository.sources + Repository.tests {
            for (index, comment) in file.comments.enumerated() {
                for mark in Self.marks where SourceFile.words(comment).contains(Substring(mark)) {
                    faults.append("\(file.path):\(index + 1): \(mark)")
                }
            }
        }
        #expect(faults == [])
    }

    @Test func `only the command's output type writes to the terminal`() {
        var faults: [String] = []
        for file in Repository.sources where !file.path.hasPrefix(Self.output) {
            for (index, line) in file.code.enumerated()
            where line.contains(#/(^|[^.\w ]|[^c] ) *(print|debugPrint)\(/#) {
                faults.append("\(file.path):\(index + 1): \(line)")
            }
        }
        #expect(faults == [])
    }

    @Test func `one word has one meaning`() {
        var faults: [String] = []
        for file in Repository.sources {
            let isKubernetes = Self.kubernetes.contains { file.path.hasPrefix($0) }
            for (index, line) in file.code.enumerated() {
                // RFC 9112 §3.2.1 names a form of the request's target so.
                let comment = file.comments[index].replacing(
                    #/origin[- ]form/#, with: "")
                let said = (SourceFile.words(line) + SourceFile.words(comment))
                    .flatMap { Self.parts($0) }
                for part in said {
                    guard let instead = Self.words[Substring(part)] else { continue }
                    if isKubernetes && part == "endpoint" { continue }
                    faults.append("\(file.path):\(index + 1): \(part): say \(instead)")
                }
            }
        }
        #expect(faults == [])
    }

    /// `backendName` says `backend` and `name`; `EndpointSlice` is Kubernetes' own.
    private static func parts(_ word: Substring) -> [String] {
        if word.hasPrefix("EndpointSlice") || word.hasPrefix("endpointSlice") { return [] }
        var parts: [String] = []
        for character in word {
            if character == "_" || (character.isUppercase && parts.last?.last?.isUppercase != true)
                || parts.isEmpty
            {
                parts.append("")
            }
            if character != "_" { parts[parts.count - 1].append(character) }
        }
        return parts.map { $0.lowercased() }
    }
}
