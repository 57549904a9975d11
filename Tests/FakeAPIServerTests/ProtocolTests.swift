import FakeAPIServer
import TestSupport
import Testing

/// Paths, methods, media types and bodies.
@Suite struct `Protocol` {
    let server: FakeAPIServer
    let client: Client

    init() throws {
        server = try FakeAPIServer.start()
        client = Client(server)
    }

    @Test func `bodies are JSON, and patches are merge patches`() throws {
        let path = Resource.ingresses.path(namespace: "default")
        let body = Sample.ingress("a").description
        let form = try client.ask(
            "POST", path, body, type: "application/x-www-form-urlencoded")
        #expect(form.status == 415)
        #expect(form.reason == "UnsupportedMediaType")
        #expect(
            try client.ask("POST", path, body, type: "application/json; charset=utf-8").status
                == 201)
        for type in [
            "application/json", "application/json-patch+json",
            "application/strategic-merge-patch+json", "application/apply-patch+yaml",
        ] {
            #expect(try client.ask("PATCH", path + "/a", "{}", type: type).status == 415)
        }
        #expect(try client.patch(path + "/a", [:]).status == 200)
    }

    @Test func `answers are JSON, and nothing else is offered`() throws {
        let path = Resource.services.path()
        let plain = try client.get(path)
        #expect(plain.message["Content-Type"] == "application/json")
        #expect(plain.message["Audit-Id"]?.count == 36)
        for accept in ["application/yaml", "application/vnd.kubernetes.protobuf"] {
            #expect(try client.get(path, "Accept: \(accept)").status == 406)
        }
        let table = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
        #expect(try client.get(path, "Accept: \(table)").status == 406)
        #expect(try client.get(path, "Accept: \(table), application/json").status == 200)
        #expect(try client.get(path, "Accept: */*").status == 200)
    }

    @Test func `paths and methods that are not there are refused`() throws {
        #expect(try client.get("/apis/other.example.com/v1/things").status == 404)
        let unknown = try client.get("/api/v1/things")
        #expect(unknown.status == 404)
        #expect(unknown.text == "the server could not find the requested resource")
        #expect(try client.ask("POST", "/api/v1/services", "{}").status == 405)
        #expect(try client.ask("PUT", "/api/v1/namespaces/default/services", "{}").status == 405)
        #expect(try client.ask("DELETE", ingressPath("a") + "/status").status == 405)
        let leases = Resource.leases.path(namespace: "default", name: "a")
        #expect(try client.get(leases + "/status").status == 404)
        #expect(try client.get("/healthz").message.bodyText == "ok")
        #expect(try client.get("/version").object["minor"] == "36")
        let kinds = try client.get("/apis/networking.internal.knative.dev/v1alpha1")
        #expect(
            kinds.object["resources"].items.map { $0["name"] } == ["ingresses", "ingresses/status"])
    }

    @Test func `a body is read strictly`() throws {
        let path = Resource.services.path(namespace: "default")
        let broken = try client.ask("POST", path, #"{"kind":"Service""#)
        #expect(broken.status == 400)
        #expect(broken.text.contains("unexpected end of JSON input"))
        let wrong = try client.ask("POST", path, Sample.secret("a").description)
        #expect(wrong.status == 400)
        #expect(wrong.text.contains("cannot be handled as a Service"))
        var object = Sample.service("a")
        object["metadata"]["namespace"] = "other"
        #expect(try client.ask("POST", path, object.description).status == 400)
        let ingress = try client.ask(
            "POST", Resource.ingresses.path(namespace: "default"), #"{"metadata":{"name":"a"}}"#)
        #expect(ingress.status == 400)
        #expect(ingress.text.contains("'Kind' is missing"))
        let misnamed = try client.ask("PUT", path + "/b", Sample.service("a").description)
        #expect(
            misnamed.text
                == "the name of the object (a) does not match the name on the URL (b)")
    }

    @Test func `a body of more than 3 MiB is too large`() throws {
        let body = #"{"data":{"a":""# + String(repeating: "a", count: 3 << 20) + #""}}"#
        let path = Resource.configMaps.path(namespace: "default")
        let answer = try client.ask("POST", path, body)
        #expect(answer.status == 413)
        #expect(answer.text == "Request entity too large: limit is 3145728")
    }

    @Test func `unknown fields are dropped with a warning, or refused`() throws {
        var object = Sample.ingress("a")
        object["spec"]["extra"] = 1
        let strict = try client.create(object, "?fieldValidation=Strict")
        #expect(strict.status == 400)
        #expect(strict.text.hasSuffix(#"strict decoding error: unknown field "spec.extra""#))
        let answer = try client.create(object)
        #expect(answer.status == 201)
        #expect(answer.object["spec"]["extra"] == nil)
        #expect(answer.message["Warning"] == #"299 - "unknown field \"spec.extra\"""#)
    }

    @Test func `JSON is read and written as Go does`() throws {
        var object = Sample.service("a")
        object["metadata"]["annotations"] = ["a": "<\u{1}é\u{2028}\"\\&\u{1F600}"]
        let answer = try client.create(object)
        #expect(answer.object["metadata"]["annotations"] == object["metadata"]["annotations"])
        #expect(
            answer.message.bodyText.contains(
                #""a":"\u003c\u0001é\u2028\"\\\u0026😀""#))
        #expect(try JSONValue(text: #"{"a":[1,-2.5e1,true,null,"😀"]}"#)["a"][4] == "😀")
        for bad in ["", "{", "[1,]", "{\"a\" 1}", "01x", "\"\u{1}\"", "[1] 2", "nul"] {
            #expect(throws: (any Error).self, "\(bad)") { try JSONValue(text: bad) }
        }
    }

    @Test func `a client that waits for 100 is told to go on`() throws {
        let client = try RawClient(port: server.port)
        let body = Sample.service("a").description
        try client.send(
            head(
                "POST \(Resource.services.path(namespace: "default")) HTTP/1.1", "Host: a",
                "Content-Type: application/json", "Content-Length: \(body.utf8.count)",
                "Expect: 100-continue"))
        #expect(try client.readResponseHead().status == 100)
        try client.send(body)
        #expect(try client.readResponse(to: "POST").status == 201)
    }
}
