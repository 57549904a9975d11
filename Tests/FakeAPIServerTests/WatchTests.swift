import FakeAPIServer
import TestSupport
import Testing

/// Watches: what comes, from where, and how they end.
@Suite struct `Watches` {
    let server: FakeAPIServer
    let client: Client
    let path = Resource.services.path() + "?watch=true"

    init() throws {
        server = try FakeAPIServer.start()
        client = Client(server)
    }

    @Test func `a watch begins with what is there, and goes on with what changes`() throws {
        try client.create(Sample.service("a"))
        let watch = try client.watch(path)
        #expect(watch.head.status == 200)
        #expect(watch.head["Transfer-Encoding"] == "chunked")
        #expect(watch.head["Content-Type"] == "application/json")
        let first = try #require(try watch.next())
        #expect(first["type"] == "ADDED")
        #expect(first["object"]["kind"] == "Service")
        #expect(first["object"]["apiVersion"] == "v1")
        try client.create(Sample.service("b"))
        #expect(try watch.nextName() == "ADDED b")
        try server.patch(.services, "default", "a", ["metadata": ["labels": ["x": "y"]]])
        #expect(try watch.nextName() == "MODIFIED a")
        try server.delete(.services, "default", "b")
        let deleted = try #require(try watch.next())
        #expect(deleted["type"] == "DELETED")
        #expect(deleted["object"]["spec"]["ports"].items.count == 1, "as it was")
        #expect(deleted["object"]["metadata"]["resourceVersion"].text == "\(server.revision)")
    }

    @Test func `a watch continues from a version`() throws {
        let version = try client.create(Sample.service("a")).version
        try client.create(Sample.service("b"))
        try client.create(Sample.ingress("no-service"))
        let watch = try client.watch("\(path)&resourceVersion=\(version)")
        #expect(try watch.nextName() == "ADDED b")
        try server.delete(.services, "default", "a")
        #expect(try watch.nextName() == "DELETED a")
    }

    @Test func `objects enter and leave a selection`() throws {
        let watch = try client.watch(
            "\(path)&labelSelector=app=x&resourceVersion=\(server.revision)")
        try client.create(Sample.service("a"))
        try server.patch(.services, "default", "a", ["metadata": ["labels": ["app": "x"]]])
        #expect(try watch.nextName() == "ADDED a")
        try server.patch(.services, "default", "a", ["metadata": ["labels": ["more": "y"]]])
        #expect(try watch.nextName() == "MODIFIED a")
        try server.patch(.services, "default", "a", ["metadata": ["labels": ["app": "y"]]])
        let left = try #require(try watch.next())
        #expect(left["type"] == "DELETED")
        #expect(left["object"]["metadata"]["labels"]["app"] == "x", "as it was")
        #expect(left["object"]["metadata"]["resourceVersion"].text == "\(server.revision)")
        try server.delete(.services, "default", "a")
        try server.create(Sample.service("b", labels: ["app": "x"]))
        #expect(try watch.nextName() == "ADDED b")
    }

    @Test func `one name can be watched`() throws {
        let watch = try client.watch(
            "\(Resource.secrets.path(namespace: "default"))?watch=1&fieldSelector=metadata.name%3Db"
        )
        try client.create(Sample.secret("a"))
        try client.create(Sample.secret("b"))
        #expect(try watch.nextName() == "ADDED b")
        let record = try #require(server.log.requests("watch", .secrets).first)
        #expect(record.name == "b")
    }

    @Test func `a version that is forgotten is told as an event`() throws {
        let version = try client.create(Sample.service("a")).version
        try client.create(Sample.service("b"))
        server.compact()
        let watch = try client.watch("\(path)&resourceVersion=\(version)")
        #expect(watch.head.status == 200)
        let event = try #require(try watch.next())
        #expect(event["type"] == "ERROR")
        #expect(event["object"]["kind"] == "Status")
        #expect(event["object"]["code"] == 410)
        #expect(event["object"]["reason"] == "Expired")
        #expect(
            event["object"]["message"].text?.hasPrefix("too old resource version: \(version) (")
                == true)
        #expect(try watch.next() == nil)
    }

    @Test func `the window of the history can be set`() throws {
        let version = try client.create(Sample.service("a")).version
        server.historyLimit = 3
        for round in 0..<4 {
            try server.patch(
                .services, "default", "a", ["metadata": ["labels": ["x": "\(round)"]]])
        }
        let old = try client.watch("\(path)&resourceVersion=\(version)")
        #expect(try old.next()?["type"] == "ERROR")
        let young = try client.watch("\(path)&resourceVersion=\(server.revision - 3)")
        for _ in 0..<3 { #expect(try young.nextName() == "MODIFIED a") }
    }

    @Test func `bookmarks tell how far a watch is`() throws {
        let watch = try client.watch(
            "\(path)&allowWatchBookmarks=true&resourceVersion=\(server.revision)")
        let other = try client.watch("\(path)&resourceVersion=\(server.revision)")
        let version = try client.create(Sample.ingress("a")).version
        try eventually("both run") { server.watchCount(.init(resource: .services)) == 2 }
        server.sendBookmarks()
        let event = try #require(try watch.next())
        #expect(event["type"] == "BOOKMARK")
        #expect(event["object"]["kind"] == "Service")
        #expect(event["object"]["metadata"]["resourceVersion"].text == version)
        try client.create(Sample.service("a"))
        #expect(try other.nextName() == "ADDED a", "it asked for no bookmarks")
    }

    @Test func `a watch ends when its time is over`() throws {
        let watch = try client.watch("\(path)&timeoutSeconds=1&allowWatchBookmarks=1")
        #expect(try watch.next()?["type"] == "BOOKMARK")
        #expect(try watch.next() == nil)
        let answer = try RawClient.ask(
            port: server.port,
            client.head(
                "GET", "\(path)&timeoutSeconds=1", length: nil, type: nil, ["Connection: close"]))
        #expect(answer.framing == .chunked)
    }

    @Test func `a list can be streamed`() throws {
        try client.create(Sample.service("a"))
        let query = "&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersion="
        #expect(try client.get(path + query).status == 422)
        let watch = try client.watch(path + query + "&resourceVersionMatch=NotOlderThan")
        #expect(try watch.nextName() == "ADDED a")
        let mark = try #require(try watch.next())
        #expect(mark["type"] == "BOOKMARK")
        #expect(mark["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"] == "true")
        #expect(mark["object"]["metadata"]["resourceVersion"].text == "\(server.revision)")
        try client.create(Sample.service("b"))
        #expect(try watch.nextName() == "ADDED b")
    }

    @Test func `a slow reader falls behind and is told so`() throws {
        server.historyLimit = 20
        let watch = try Watch(
            server.port,
            client.head(
                "GET", "\(Resource.configMaps.path())?watch=1&resourceVersion=\(server.revision)",
                length: nil, type: nil, []), receiveBuffer: 4096)
        try server.create([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"],
        ])
        let text = String(repeating: "a", count: 200_000)
        for round in 0..<100 {
            try server.patch(
                .configMaps, "default", "a", ["data": ["a": .string("\(round)\(text)")]])
        }
        var last: JSONValue = nil
        while let event = try watch.next() { last = event }
        #expect(last["type"] == "ERROR")
        #expect(last["object"]["code"] == 410)
    }

    @Test func `a watch that is left is forgotten`() throws {
        let watch = try client.watch(path)
        try eventually("it runs") { server.watchCount() == 1 }
        watch.client.close()
        try eventually("it is forgotten") {
            server.watchCount() == 0 && server.openConnections == 0
        }
    }
}
