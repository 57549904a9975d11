import Manifests
import Routing
import Testing

struct FirstTests {
    @Test func `a Route with two Revisions and addresses becomes a route source`() throws {
        let made = compilation(
            revision("hello-1", port: 9001) + revision("hello-2", port: 9002) + configuration()
                + route(
                    "hello", "{revisionName: hello-1, percent: 90}",
                    "{configurationName: hello, percent: 10, tag: new}"))
        #expect(made.faults == [])
        #expect(made.notices == [])
        let source = try #require(made.routes.first)
        #expect(source.key == "default/hello")
        #expect(source.rules.count == 4)
        #expect(source.rules[1].hosts == ["hello.default.example.com"])
        #expect(source.rules[1].paths[0].splits.map(\.share) == [900_000, 100_000])
        #expect(source.rules[1].paths[0].splits.map(\.revision) == ["hello-1", "hello-2"])
        #expect(source.rules[3].hosts == ["new-hello.default.example.com"])
        #expect(source.rules[3].paths[0].tag == "new")
        #expect(made.destinations.count == 2)
        #expect(made.destinations.allSatisfy { $0.addresses.count == 1 })
    }
}
