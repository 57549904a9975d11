import FakeAPIServer
import TestSupport
import Testing

/// What can be made to go wrong.
@Suite struct `Faults` {
    let server: FakeAPIServer
    let client: Client
    let path = Resource.services.path()

    init() throws {
        server = try FakeAPIServer.start()
        client = Client(server)
    }

    @Test func `a refusal strikes so often as it was told, and whom`() throws {
        let fault = server.inject(
            .tooManyRequests(retryAfter: 7), for: .init(verbs: ["list"], resource: .services),
            count: 2)
        #expect(try client.get(Resource.secrets.path()).status == 200)
        for _ in 0..<2 {
            let refused = try client.get(path)
            #expect(refused.status == 429)
            #expect(refused.reason == "TooManyRequests")
            #expect(refused.message["Retry-After"] == "7")
            #expect(refused.object["details"]["retryAfterSeconds"] == 7)
        }
        #expect(try client.get(path).status == 200)
        #expect(server.hits(fault) == 2)
    }

    @Test func `every kind of refusal has its form`() throws {
        for (fault, status, text) in [
            (Fault.internalError, 500, "Internal error occurred"),
            (.unavailable, 503, "the server is currently unable"),
            (.initializing(), 429, "storage is (re)initializing"), (.expired, 410, "too old"),
        ] {
            let number = server.inject(fault, for: .init(userAgent: "tests/"))
            let refused = try client.get(path)
            #expect(refused.status == status)
            #expect(refused.text.contains(text))
            server.clear(number)
        }
        #expect(try client.get(path).status == 200)
    }

    @Test func `a request is never answered, or cut`() throws {
        server.inject(.stall, count: 1)
        let silent = try RawClient(port: server.port)
        try silent.send(client.head("GET", path, length: nil, type: nil, []))
        try eventually("it is there") { server.log.count == 1 }
        #expect(throws: WireFault.self) { try silent.readResponse(within: .milliseconds(100)) }
        #expect(server.log.all()[0].status == nil)
        server.inject(.cut, count: 1)
        #expect(throws: WireFault.self) { try client.get(path) }
        server.inject(.cutMidAnswer, count: 1)
        #expect(throws: WireFault.self) { try client.get(path) }
        #expect(try client.get(path).status == 200)
    }

    @Test func `a list shows an old version`() throws {
        let version = try client.create(Sample.service("a")).version
        try client.create(Sample.service("b"))
        server.inject(.stale(revision: Int(version) ?? 0), for: .init(verbs: ["list"]), count: 1)
        let stale = try client.get(path)
        #expect(stale.version == version)
        #expect(stale.object["items"].items.count == 1)
        #expect(try client.get(path).object["items"].items.count == 2)
    }

    @Test func `a watch leaves out, repeats and swaps events`() throws {
        let watch = try client.watch("\(path)?watch=1&resourceVersion=\(server.revision)")
        try eventually("it runs") { server.watchCount() == 1 }
        for (fault, names, expected) in [
            (Fault.skipEvent, ["a", "b"], ["ADDED b"]),
            (.repeatEvent, ["c"], ["ADDED c", "ADDED c"]),
            (.swapEvents, ["d", "e"], ["ADDED e", "ADDED d"]),
        ] {
            server.inject(fault, for: .init(resource: .services), count: 1)
            for name in names { try server.create(Sample.service(name)) }
            for event in expected { #expect(try watch.nextName() == event) }
        }
    }

    @Test func `a watch is cut after an event, or in the middle of one`() throws {
        let all = "\(path)?watch=1&resourceVersion=\(server.revision)"
        server.inject(.cutAfterEvents(1, isMidEvent: false), count: 1)
        let first = try client.watch(all)
        server.inject(.cutAfterEvents(1, isMidEvent: true), count: 1)
        let second = try client.watch(all)
        try eventually("both run") { server.watchCount() == 2 }
        for name in ["a", "b"] { try server.create(Sample.service(name)) }
        #expect(try first.nextName() == "ADDED a")
        #expect(throws: WireFault.self) { try first.next() }
        #expect(try second.nextName() == "ADDED a")
        #expect(throws: WireFault.self) { try second.next() }
        #expect(second.rest.hasPrefix(#"{"type":"ADDED","object":{"#))
    }

    @Test func `running watches are cut, ended and told that they are too old`() throws {
        func run() throws -> Watch {
            let watch = try client.watch("\(path)?watch=1&resourceVersion=\(server.revision)")
            try eventually("it runs") { server.watchCount() == 1 }
            return watch
        }
        let cut = try run()
        server.cutWatches(.init(resource: .secrets))
        server.cutWatches(.init(resource: .services), isMidEvent: true)
        #expect(throws: WireFault.self) { try cut.next() }
        #expect(cut.rest == #"{"type":"MODIFIED","obj"#)
        let ended = try run()
        server.endWatches()
        #expect(try ended.next() == nil)
        let expired = try run()
        server.expireWatches()
        #expect(try expired.next()?["object"]["reason"] == "Expired")
        #expect(try expired.next() == nil)
        let told = try run()
        server.say("{\"type\":\"NONSENSE\"}\n")
        #expect(try told.next() == ["type": "NONSENSE"])
    }

    @Test func `an answer trickles`() throws {
        server.inject(.slow(bytes: 20, every: .milliseconds(1)), count: 2)
        let answer = try client.get("/version")
        #expect(answer.object["gitVersion"] == "v1.36.0")
        let watch = try client.watch("\(path)?watch=1")
        try server.create(Sample.service("a"))
        #expect(try watch.nextName() == "ADDED a")
    }

    @Test func `something happens between two pages of a list`() throws {
        for name in ["a", "b"] { try server.create(Sample.service(name)) }
        let server = server
        server.inject(
            .meanwhile { try server.create(Sample.service("c")) },
            for: .init(verbs: ["list"], isContinued: true), count: 1)
        let first = try client.get("\(path)?limit=1")
        let token = first.object["metadata"]["continue"].text ?? ""
        #expect(
            try client.get("\(path)?limit=9&continue=\(token)").object["items"].items.count == 1)
        #expect(try client.get(path).object["items"].items.count == 3)
        server.inject(.meanwhile { throw Gone() }, count: 1)
        #expect(try client.get(path).status == 500)
        #expect(try client.get(path).status == 200)
    }

    private struct Gone: Error {}

    @Test func `an outage refuses connections and ends on the same port`() throws {
        let watch = try client.watch("\(path)?watch=1")
        try server.create(Sample.service("a"))
        try server.beginOutage()
        #expect(throws: WireFault.refused) { try client.get(path) }
        #expect(try watch.nextName() == "ADDED a")
        #expect(throws: WireFault.self) { try watch.next() }
        try server.create(Sample.service("b"))
        try server.endOutage()
        #expect(try client.get(path).object["items"].items.count == 2)
    }
}
