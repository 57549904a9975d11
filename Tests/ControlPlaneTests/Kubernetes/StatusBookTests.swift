import Testing

@testable import ControlPlane

/// What is believed of an Ingress's status.
@Suite struct StatusBookTests {
    private let pair = NamespacedPair("default", "a")

    private func facts(version: String) -> IngressFacts {
        IngressFacts(
            ClusterObject(
                resource: .ingresses, namespace: "default", name: "a", uid: "u",
                resourceVersion: version, generation: 1, text: "{}"))
    }

    @Test func `what was written here is not undone by a late watch`() throws {
        let book = StatusBook()
        book.set(pair, facts(version: "10"))
        var status = IngressStatus()
        status.observedGeneration = 1
        book.wrote(status, of: pair, uid: "u", version: "12")
        book.set(pair, facts(version: "11"))
        #expect(try #require(book.entry(pair)).facts.resourceVersion == "12")
        #expect(book.entry(pair)?.status.observedGeneration == 1)
        book.set(pair, facts(version: "13"))
        #expect(book.entry(pair)?.facts.resourceVersion == "13")
    }

    @Test func `what was asked for is not undone by a late watch`() {
        let book = StatusBook()
        book.set(pair, facts(version: "10"))
        book.set(pair, facts(version: "12"), isAnswer: true)
        book.set(pair, facts(version: "11"))
        #expect(book.entry(pair)?.facts.resourceVersion == "12")
    }

    @Test func `an answer that the watch has overtaken is not believed`() {
        let book = StatusBook()
        book.set(pair, facts(version: "13"))
        book.set(pair, facts(version: "12"), isAnswer: true)
        #expect(book.entry(pair)?.facts.resourceVersion == "13")
    }

    @Test func `a cluster that was restored counts from where it was`() {
        let book = StatusBook()
        book.set(pair, facts(version: "100"))
        book.set(pair, facts(version: "40"))
        #expect(book.entry(pair)?.facts.resourceVersion == "40")
    }
}
