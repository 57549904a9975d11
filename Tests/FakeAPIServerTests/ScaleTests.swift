import FakeAPIServer
import TestSupport
import Testing

/// A cluster of the size that the gateway is made for.
@Suite struct `Scale` {
    @Test func `5,000 routes and 18 watches are cheap`() throws {
        let server = try FakeAPIServer.start()
        for index in 0..<5000 {
            try server.create(Sample.ingress("i\(index)"))
            try server.create(Sample.service("s\(index)"))
            try server.create(Sample.slice("s\(index)", ["10.0.0.1"]))
        }
        let client = Client(server)
        let listed = try client.get(Resource.ingresses.path())
        #expect(listed.object["items"].items.count == 5000)
        let watches = try (0..<18).map { _ in
            try client.watch(
                "\(Resource.endpointSlices.path())?watch=1&resourceVersion=\(server.revision)")
        }
        let start = ContinuousClock.now
        for round in 0..<500 {
            try server.patch(
                .endpointSlices, "default", "s\(round)",
                ["endpoints": [["addresses": ["10.0.0.2"]]]])
        }
        for watch in watches {
            for round in 0..<500 {
                let name = try watch.nextName(within: .seconds(20))
                #expect(name == "MODIFIED s\(round)")
            }
        }
        #expect(ContinuousClock.now - start < .seconds(30))
    }
}
