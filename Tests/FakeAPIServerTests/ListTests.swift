import FakeAPIServer
import TestSupport
import Testing

/// Lists: pages, versions, selectors.
@Suite struct `Lists` {
    let server: FakeAPIServer
    let client: Client
    let path = Resource.services.path(namespace: "default")

    init() throws {
        server = try FakeAPIServer.start()
        client = Client(server)
    }

    private func names(_ answer: Client.Answer) -> [String] {
        answer.object["items"].items.map { $0["metadata"]["name"].text ?? "" }
    }

    private func names(_ query: String) throws -> [String] {
        let answer = try client.get("\(path)?\(query)")
        return answer.status == 200 ? names(answer) : ["\(answer.status)"]
    }

    @Test func `items of typed kinds do not say their kind, custom ones do`() throws {
        try client.create(Sample.service("a"))
        try client.create(Sample.ingress("b"))
        let services = try client.get("/api/v1/services").object
        #expect(services["kind"] == "ServiceList")
        #expect(services["items"][0]["kind"] == nil)
        #expect(services["items"][0]["apiVersion"] == nil)
        let ingresses = try client.get(Resource.ingresses.path()).object
        #expect(ingresses["kind"] == "IngressList")
        #expect(ingresses["items"][0]["kind"] == "Ingress")
        #expect(ingresses["metadata"]["continue"] == "")
        #expect(try client.get("\(path)/a").object["kind"] == "Service")
    }

    @Test func `pages show one version of the list`() throws {
        for index in 0..<7 { try client.create(Sample.service("s\(index)")) }
        let first = try client.get("\(path)?limit=3")
        #expect(names(first) == ["s0", "s1", "s2"])
        #expect(first.object["metadata"]["remainingItemCount"] == 4)
        let token = try #require(first.object["metadata"]["continue"].text)
        try server.delete(.services, "default", "s4")
        try client.create(Sample.service("s31"))
        let second = try client.get("\(path)?limit=3&continue=\(token)")
        #expect(names(second) == ["s3", "s4", "s5"])
        #expect(second.version == first.version)
        let third = try #require(second.object["metadata"]["continue"].text)
        let last = try client.get("\(path)?limit=3&continue=\(third)")
        #expect(names(last) == ["s6"])
        #expect(last.object["metadata"]["continue"] == nil)
        #expect(last.object["metadata"]["remainingItemCount"] == nil)
        #expect(try names("limit=3&resourceVersion=0").count == 7, "the watch cache has no pages")
    }

    @Test func `an old page is gone, and can be continued inconsistently`() throws {
        for index in 0..<4 { try client.create(Sample.service("s\(index)")) }
        let first = try client.get("\(path)?limit=2")
        let token = try #require(first.object["metadata"]["continue"].text)
        try client.create(Sample.service("s9"))
        server.compact()
        let gone = try client.get("\(path)?limit=2&continue=\(token)")
        #expect(gone.status == 410)
        #expect(gone.reason == "Expired")
        let other = try #require(gone.object["metadata"]["continue"].text)
        #expect(try names("continue=\(other)") == ["s2", "s3", "s9"])
        #expect(try client.get("\(path)?continue=nonsense").status == 400)
        #expect(try client.get("\(path)?resourceVersion=5&continue=\(other)").status == 400)
    }

    @Test func `a list can be of one exact version`() throws {
        let version = try client.create(Sample.service("a")).version
        try client.create(Sample.service("b"))
        try server.delete(.services, "default", "a")
        let exact = "resourceVersionMatch=Exact&resourceVersion=\(version)"
        #expect(try names(exact) == ["a"])
        #expect(try names("resourceVersion=\(version)") == ["b"])
        server.compact()
        #expect(try names(exact) == ["410"])
        #expect(try names("resourceVersionMatch=Exact") == ["422"])
        #expect(try names("resourceVersionMatch=Exact&resourceVersion=0") == ["422"])
        let future = try client.get("\(path)?resourceVersion=\(server.revision + 5)")
        #expect(future.status == 504)
        #expect(future.message["Retry-After"] == "1")
        #expect(future.text.hasPrefix("Too large resource version: "))
    }

    @Test func `labels select`() throws {
        try client.create(Sample.service("a", labels: ["app": "x", "tier": "one"]))
        try client.create(Sample.service("b", labels: ["app": "y"]))
        try client.create(Sample.service("c"))
        for (selector, expected) in [
            ("app%3Dx", ["a"]), ("app==x", ["a"]), ("app!=x", ["b", "c"]),
            ("app%20in%20(x,y)", ["a", "b"]), ("app+notin+(x)", ["b", "c"]), ("tier", ["a"]),
            ("!tier", ["b", "c"]), ("app,!tier", ["b"]), ("app%20in%20(x", ["400"]),
            ("", ["a", "b", "c"]),
        ] {
            #expect(try names("labelSelector=\(selector)") == expected, "\(selector)")
        }
        let page = try client.get("\(path)?labelSelector=app&limit=1")
        #expect(page.object["metadata"]["remainingItemCount"] == nil)
        #expect(page.object["metadata"]["continue"].text?.isEmpty == false)
    }

    @Test func `fields select, where the kind knows them`() throws {
        try client.create(Sample.service("a"))
        try client.create(Sample.service("b"))
        #expect(try names("fieldSelector=metadata.name%3Da") == ["a"])
        #expect(try names("fieldSelector=metadata.name!=a") == ["b"])
        #expect(try names("fieldSelector=metadata.namespace=other") == [])
        let unknown = try client.get("\(path)?fieldSelector=spec.color=red")
        #expect(unknown.status == 400)
        #expect(unknown.text.hasSuffix("field label not supported: spec.color"))
    }

    @Test func `namespaces are apart, and in order`() throws {
        try server.create(Sample.ingress("z", namespace: "alpha"))
        try server.create(Sample.ingress("a", namespace: "beta"))
        let all = try client.get(Resource.ingresses.path())
        #expect(names(all) == ["z", "a"])
        #expect(names(try client.get(Resource.ingresses.path(namespace: "beta"))) == ["a"])
        let gone = try client.ask("DELETE", "/api/v1/namespaces/alpha")
        #expect(gone.status == 200)
        #expect(names(try client.get(Resource.ingresses.path())) == ["a"])
    }

    @Test func `a collection is deleted by its selector`() throws {
        try client.create(Sample.service("a", labels: ["app": "x"]))
        try client.create(Sample.service("b"))
        #expect(try client.ask("DELETE", "\(path)?labelSelector=app").status == 200)
        #expect(try names("") == ["b"])
    }
}
