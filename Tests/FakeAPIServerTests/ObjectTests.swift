import FakeAPIServer
import TestSupport
import Testing

/// What a write makes of an object.
@Suite struct `Objects` {
    let server: FakeAPIServer
    let client: Client

    init() throws {
        server = try FakeAPIServer.start()
        client = Client(server)
    }

    @Test func `a new object gets the server's own metadata`() throws {
        let answer = try client.create(Sample.ingress("a"))
        #expect(answer.status == 201)
        let metadata = answer.object["metadata"]
        #expect(metadata["uid"].text?.count == 36)
        #expect(metadata["generation"] == 1)
        #expect(
            metadata["creationTimestamp"].text?.wholeMatch(
                of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#) != nil)
        #expect(metadata["selfLink"] == nil)
        #expect(Int(answer.version) == server.revision)
        #expect(try client.get(ingressPath("a")).object == answer.object)
        #expect(try client.create(Sample.service("b")).object["metadata"]["generation"] == nil)
    }

    @Test func `every write gets a greater version, of all kinds`() throws {
        let first = try client.create(Sample.service("a"))
        let second = try client.create(Sample.ingress("b"))
        #expect(try #require(Int(second.version)) == #require(Int(first.version)) + 1)
    }

    @Test func `a name is made from generateName`() throws {
        var object = Sample.ingress("a")
        object["metadata"]["name"] = nil
        let refused = try client.create(object)
        #expect(refused.status == 422)
        #expect(
            refused.text.hasSuffix(
                "metadata.name: Required value: name or generateName is required"))
        object["metadata"]["generateName"] = "made-"
        let name = try client.create(object).object["metadata"]["name"].text
        #expect(name?.wholeMatch(of: #/made-[a-z0-9]{5}/#) != nil)
    }

    @Test func `generation counts the changes of the spec only`() throws {
        var object = try client.create(Sample.ingress("a")).object
        object["metadata"]["labels"] = ["a": "b"]
        object = try client.put(object).object
        #expect(object["metadata"]["generation"] == 1)
        object["spec"]["httpOption"] = "Redirected"
        let answer = try client.put(object)
        #expect(!answer.message.bodyText.contains("null"), "what is absent is not null")
        object = answer.object
        #expect(object["metadata"]["generation"] == 2)
        let version = object["metadata"]["resourceVersion"]
        let same = try client.put(object)
        #expect(same.object["metadata"]["resourceVersion"] == version, "nothing changed")
    }

    @Test func `status is written by its own path only`() throws {
        var object = Sample.ingress("a")
        object["status"] = ["observedGeneration": 7]
        object = try client.create(object).object
        #expect(object["status"] == nil)
        object["status"] = ["observedGeneration": 1]
        object["spec"]["httpOption"] = "Redirected"
        object["metadata"]["labels"] = ["a": "b"]
        let written = try client.put(object, "/status")
        #expect(written.status == 200)
        #expect(written.object["status"] == ["observedGeneration": 1])
        #expect(written.object["spec"]["httpOption"] == "Enabled")
        #expect(written.object["metadata"]["labels"] == nil)
        #expect(written.object["metadata"]["generation"] == 1)
        let patch: JSONValue = ["status": ["observedGeneration": 9], "spec": ["httpOption": ""]]
        let patched = try client.patch(ingressPath("a"), patch)
        #expect(patched.object["status"] == ["observedGeneration": 1])
        #expect(patched.object["metadata"]["generation"] == 2)
    }

    @Test func `a stale version is a conflict`() throws {
        let old = try client.create(Sample.ingress("a")).object
        try client.patch(ingressPath("a"), ["spec": ["httpOption": "Redirected"]])
        var object = old
        object["spec"]["httpOption"] = ""
        let refused = try client.put(object)
        #expect(refused.status == 409)
        #expect(refused.reason == "Conflict")
        #expect(
            refused.text
                == "Operation cannot be fulfilled on ingresses.networking.internal.knative.dev "
                + "\"a\": the object has been modified; please apply your changes to the latest "
                + "version and try again")
        let patch: JSONValue = [
            "metadata": ["resourceVersion": old["metadata"]["resourceVersion"]],
            "spec": ["httpOption": ""],
        ]
        #expect(try client.patch(ingressPath("a"), patch).status == 409)
        #expect(try client.patch(ingressPath("a") + "/status", patch).status == 409)
    }

    @Test func `some kinds must be updated with their version`() throws {
        try client.create(Sample.ingress("a"))
        let refused = try client.put(Sample.ingress("a"))
        #expect(refused.status == 422)
        #expect(
            refused.text
                == "ingresses.networking.internal.knative.dev \"a\" is invalid: "
                + "metadata.resourceVersion: Invalid value: 0x0: must be specified for an update")
        try client.create(Sample.service("b"))
        #expect(try client.put(Sample.service("b")).status == 200)
    }

    @Test func `what is there is not made again, and what is not there is not found`() throws {
        try client.create(Sample.ingress("a"))
        let again = try client.create(Sample.ingress("a"))
        #expect(again.status == 409)
        #expect(again.reason == "AlreadyExists")
        let missing = try client.get(ingressPath("b"))
        #expect(missing.status == 404)
        #expect(
            missing.object == [
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
                "message": "ingresses.networking.internal.knative.dev \"b\" not found",
                "reason": "NotFound", "code": 404,
                "details": [
                    "name": "b", "group": "networking.internal.knative.dev", "kind": "ingresses",
                ],
            ])
        #expect(try client.create(Sample.ingress("a", namespace: "none")).status == 404)
        let lease = Sample.lease("l", ["holderIdentity": "a"])
        #expect(try client.put(lease).status == 201, "some kinds are made by PUT")
        #expect(try client.put(Sample.ingress("c")).status == 404)
        #expect(try client.put(Sample.secret("d")).status == 404)
    }

    @Test func `finalizers hold an object until they are gone`() throws {
        var object = Sample.ingress("a")
        object["metadata"]["finalizers"] = ["example.com/hold"]
        try client.create(object)
        let marked = try client.ask("DELETE", ingressPath("a"))
        #expect(marked.status == 200)
        #expect(marked.object["kind"] == "Ingress")
        #expect(marked.object["metadata"]["deletionTimestamp"].text != nil)
        #expect(marked.object["metadata"]["generation"] == 2)
        let added = try client.patch(
            ingressPath("a"), ["metadata": ["finalizers": ["example.com/hold", "b.c/d"]]])
        #expect(added.status == 422)
        #expect(
            added.text.contains("no new finalizers can be added if the object is being deleted"))
        let last = try client.patch(ingressPath("a"), ["metadata": ["finalizers": nil]])
        #expect(last.status == 200)
        #expect(last.object["metadata"]["finalizers"] == nil)
        #expect(try client.get(ingressPath("a")).status == 404)
    }

    @Test func `a delete answers, and keeps to its preconditions`() throws {
        let object = try client.create(Sample.ingress("a")).object
        let wrong = try client.ask(
            "DELETE", ingressPath("a"), #"{"preconditions":{"uid":"other"}}"#)
        #expect(wrong.status == 409)
        #expect(wrong.text.contains("Precondition failed: UID in precondition: other"))
        let gone = try client.ask("DELETE", ingressPath("a"))
        #expect(gone.object["status"] == "Success")
        #expect(gone.object["details"]["uid"] == object["metadata"]["uid"])
        #expect(try client.ask("DELETE", ingressPath("a")).status == 404)
    }

    @Test func `fields are managed by who wrote them`() throws {
        var writer = client
        writer.userAgent = "maker/2.0 (linux)"
        var object = try writer.create(Sample.ingress("a")).object
        let entries = object["metadata"]["managedFields"].items
        #expect(entries.map { $0["manager"] } == ["maker"])
        #expect(entries[0]["fieldsV1"]["f:spec"]["f:rules"] == [:])
        writer.userAgent = "weir/1.0"
        object["status"] = ["observedGeneration": 1]
        object = try writer.put(object, "/status").object
        let second = object["metadata"]["managedFields"][1]
        #expect(second["manager"] == "weir")
        #expect(second["subresource"] == "status")
        #expect(second["fieldsV1"] == ["f:status": ["f:observedGeneration": [:]]])
        let patch: JSONValue = ["spec": ["httpOption": "Redirected"]]
        object = try writer.patch(ingressPath("a") + "?fieldManager=other", patch).object
        let fields = object["metadata"]["managedFields"].items
        #expect(fields.map { $0["manager"] } == ["maker", "weir", "other"])
        #expect(fields[0]["fieldsV1"]["f:spec"] == ["f:rules": [:]])
        #expect(fields[2]["fieldsV1"] == ["f:spec": ["f:httpOption": [:]]])
    }

    @Test func `a dry run keeps nothing`() throws {
        #expect(try client.create(Sample.ingress("a"), "?dryRun=All").status == 201)
        #expect(try client.get(ingressPath("a")).status == 404)
    }
}
