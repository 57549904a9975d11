import Testing

@testable import ControlPlane

/// What is believed of an Ingress's status.
@Suite struct StatusBookTests {
    private let pair = NamespacedPair("default", "a")
    private static let balancers = services("weir")

    /// Where traffic enters by way of such Services.
    private static func services(_ name: String) -> IngressOutcome.Balancers {
        IngressOutcome.Balancers(
            external: .init(ip: nil, domainInternal: "\(name).s.svc.cluster.local"),
            internal: .init(ip: nil, domainInternal: "\(name)-internal.s.svc.cluster.local"))
    }

    private func facts(version: String) -> IngressFacts {
        IngressFacts(
            ClusterObject(
                resource: .ingresses, namespace: "default", name: "a", uid: "u",
                resourceVersion: version, generation: 1, text: "{}"))
    }

    @Test func `what was written here is not undone by a late watch`() throws {
        let book = StatusBook(Self.balancers)
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
        let book = StatusBook(Self.balancers)
        book.set(pair, facts(version: "10"))
        book.set(pair, facts(version: "12"), isAnswer: true)
        book.set(pair, facts(version: "11"))
        #expect(book.entry(pair)?.facts.resourceVersion == "12")
    }

    @Test func `an answer that the watch has overtaken is not believed`() {
        let book = StatusBook(Self.balancers)
        book.set(pair, facts(version: "13"))
        book.set(pair, facts(version: "12"), isAnswer: true)
        #expect(book.entry(pair)?.facts.resourceVersion == "13")
    }

    @Test func `a cluster that was restored counts from where it was`() {
        let book = StatusBook(Self.balancers)
        book.set(pair, facts(version: "100"))
        book.set(pair, facts(version: "40"))
        #expect(book.entry(pair)?.facts.resourceVersion == "40")
    }

    @Test func `what another ingress called ready waits, though its generation is the same`() {
        for (name, isReady) in [("kourier", false), ("weir", true)] {
            let book = StatusBook(Self.balancers)
            let status = IngressOutcome.ready.status(
                after: IngressStatus(), generation: 1, Self.services(name), at: 0)
            book.set(pair, facts(version: "1"))
            book.wrote(status, of: pair, uid: "u", version: "2")
            #expect(book.entry(pair)?.isReady == isReady, "\(name)")
            #expect(book.waiting.isEmpty == isReady, "\(name)")
        }
        // Ready without any address is not what we write.
        let book = StatusBook(Self.balancers)
        var status = IngressOutcome.ready.status(
            after: IngressStatus(), generation: 1, Self.balancers, at: 0)
        status.publicLoadBalancer = nil
        status.privateLoadBalancer = nil
        book.set(pair, facts(version: "1"))
        book.wrote(status, of: pair, uid: "u", version: "2")
        #expect(book.waiting == [pair])
    }

    @Test func `after a restore the watch is believed, even of what was just written`() {
        for isEarly in [false, true] {
            let book = StatusBook(Self.balancers)
            book.set(pair, facts(version: "100"))
            book.wrote(IngressStatus(), of: pair, uid: "u", version: "120")
            if isEarly { book.set(pair, facts(version: "40")) }
            #expect(book.entry(pair)?.facts.resourceVersion == "120")
            book.believeEchoes()
            if !isEarly { book.set(pair, facts(version: "40")) }
            #expect(book.entry(pair)?.facts.resourceVersion == "40")
        }
    }
}
