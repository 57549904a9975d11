import FakeAPIServer
import TestSupport
import Testing

/// What the log tells of requests.
@Suite struct `Request log` {
    @Test func `every request is there with what it asked for`() throws {
        let server = try FakeAPIServer.start(
            .init(users: [User("weir", token: "word", rules: [.all])]))
        var client = Client(server, token: "word")
        client.userAgent = "weir/1.0"
        try client.create(Sample.ingress("a"))
        let place = server.log.count
        try client.get("\(Resource.secrets.path())?labelSelector=a%3Db&limit=500")
        try client.patch(ingressPath("a") + "/status", ["status": ["observedGeneration": 1]])
        try client.patch(ingressPath("b") + "/status", [:])
        #expect(server.log.count("list", .secrets) == 1)
        #expect(server.log.count("list", .secrets) { $0.labelSelector.isEmpty } == 0)
        let list = try #require(server.log.requests("list").first)
        #expect(list.labelSelector == "a=b")
        #expect(list.query["limit"] == "500")
        #expect(list.user == "weir")
        #expect(list.userAgent == "weir/1.0")
        #expect(list.namespace == nil)
        #expect(server.log.statusWrites(from: place).map(\.name) == ["a"])
        let write = try #require(server.log.statusWrites("a").first)
        #expect(write.object["status"]["observedGeneration"] == 1)
        #expect(write.contentType == "application/merge-patch+json")
        #expect(server.log.count("patch", status: 404) == 1)
        #expect(server.log.all(from: place).count == 3)
    }
}
