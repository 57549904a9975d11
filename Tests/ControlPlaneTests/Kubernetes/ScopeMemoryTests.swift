import Testing

@testable import ControlPlane

@Suite struct ScopeMemoryTests {
    private func object(_ name: String, _ version: String) -> ClusterObject {
        ClusterObject(
            resource: .services, namespace: "n", name: name, uid: name, resourceVersion: version,
            generation: 0, text: "")
    }

    private func memory() -> ScopeMemory {
        var memory = ScopeMemory(WatchScope(.services))
        memory.list([object("a", "5"), object("b", "7")], version: "10")
        return memory
    }

    /// `+`, `-`, `0` or `!` for what an event means.
    private func mark(_ meaning: ScopeMemory.Meaning) -> String {
        switch meaning {
        case .news(.changed): "+"
        case .news: "-"
        case .nothing: "0"
        case .lie: "!"
        }
    }

    @Test func `events in order are news`() {
        var memory = memory()
        #expect(mark(memory.take(.put(object("a", "11")))) == "+")
        #expect(mark(memory.take(.put(object("c", "12")))) == "+")
        #expect(mark(memory.take(.gone(object("a", "13")))) == "-")
        #expect(memory.version == "13")
    }

    @Test func `what comes twice is nothing`() {
        var memory = memory()
        #expect(mark(memory.take(.put(object("a", "11")))) == "+")
        #expect(mark(memory.take(.put(object("a", "11")))) == "0")
        #expect(mark(memory.take(.gone(object("a", "12")))) == "-")
        #expect(mark(memory.take(.gone(object("a", "12")))) == "0")
    }

    @Test func `what comes in the wrong order is a lie, and brings nothing back`() {
        var memory = memory()
        #expect(mark(memory.take(.gone(object("a", "12")))) == "-")
        #expect(mark(memory.take(.put(object("a", "11")))) == "!")
        #expect(mark(memory.take(.put(object("b", "6")))) == "!")
        #expect(mark(memory.take(.gone(object("b", "6")))) == "!")
        #expect(mark(memory.take(.gone(object("x", "13")))) == "!")
    }

    @Test func `bookmarks move on, never back`() {
        var memory = memory()
        #expect(mark(memory.take(.bookmark("20"))) == "0")
        #expect(memory.version == "20")
        _ = memory.take(.bookmark("15"))
        #expect(memory.version == "20")
    }

    @Test func `versions that are no numbers are taken as they come`() {
        var memory = memory()
        memory.list([object("a", "x")], version: "y")
        #expect(mark(memory.take(.put(object("a", "w")))) == "+")
        #expect(memory.version == "w")
    }

    @Test func `what is not of the scope is a lie`() {
        var memory = ScopeMemory(WatchScope(.secrets, only: NamespacedPair("n", "tls")))
        memory.list([], version: "1")
        #expect(mark(memory.take(.put(object("other", "2")))) == "!")
        #expect(mark(memory.take(.put(object("tls", "2")))) == "+")
    }
}
