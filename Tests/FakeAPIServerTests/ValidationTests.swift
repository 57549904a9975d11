import FakeAPIServer
import TestSupport
import Testing

/// What is refused, in the real server's words.
@Suite struct `Validation` {
    let server: FakeAPIServer
    let client: Client

    init() throws {
        server = try FakeAPIServer.start()
        client = Client(server)
    }

    /// The message of a refusal with 422.
    private func refusal(_ object: JSONValue) throws -> String {
        let answer = try client.create(object)
        guard answer.status == 422 else { return "\(answer.status): \(answer.text)" }
        #expect(answer.reason == "Invalid")
        return answer.text
    }

    @Test(arguments: [
        ("127.0.0.1", "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        ("169.254.1.1", "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
        ("224.0.0.1", "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
        ("0.0.0.0", "may not be unspecified (0.0.0.0)"),
    ])
    func `addresses of slices are addresses of pods`(address: String, why: String) throws {
        #expect(
            try refusal(Sample.slice("a", [address]))
                == "EndpointSlice.discovery.k8s.io \"a\" is invalid: endpoints[0].addresses[0]: "
                + "Invalid value: \"\(address)\": \(why)")
        let endpoints: JSONValue = [
            "apiVersion": "v1", "kind": "Endpoints", "metadata": ["name": "a"],
            "subsets": [["addresses": [["ip": .string(address)]], "ports": [["port": 80]]]],
        ]
        #expect(
            try refusal(endpoints)
                == "Endpoints \"a\" is invalid: subsets[0].addresses[0].ip: "
                + "Invalid value: \"\(address)\": \(why)")
    }

    @Test func `loopback is let in only where a test asks for it`() throws {
        let lenient = try FakeAPIServer.start(.init(allowsLoopback: true))
        let client = Client(lenient)
        #expect(try client.create(Sample.slice("a", ["127.0.0.1"])).status == 201)
        #expect(try client.create(Sample.slice("b", ["::1"], type: "IPv6")).status == 201)
        #expect(try client.create(Sample.slice("c", ["169.254.0.1"])).status == 422)
    }

    @Test func `the form of a slice is checked`() throws {
        #expect(
            try refusal(Sample.slice("a", ["10.0.0.1"], type: "IPv6")).contains(
                "must be a valid IPv6 address"))
        #expect(
            try refusal(Sample.slice("a", ["10.0.0.1"], type: "IPv5")).hasSuffix(
                "addressType: Unsupported value: \"IPv5\": supported values: \"FQDN\", \"IPv4\", "
                    + "\"IPv6\""))
        #expect(
            try refusal(Sample.slice("a", [])).hasSuffix(
                "endpoints[0].addresses: Required value: must contain at least 1 address"))
        var twice = Sample.slice("a", ["10.0.0.1"])
        twice["ports"] = [["port": 1], ["port": 2]]
        #expect(try refusal(twice).hasSuffix("ports[1].name: Duplicate value: \"\""))
        var object = try client.create(Sample.slice("a", ["10.0.0.1"])).object
        #expect(object["metadata"]["generation"] == 1)
        object["addressType"] = "FQDN"
        object["endpoints"] = [["addresses": ["a.example.com"]]]
        #expect(try client.put(object).text.contains("field is immutable"))
        var empty = Sample.slice("b", [])
        empty["endpoints"] = nil
        empty["ports"] = nil
        let text = try client.create(empty).message.bodyText
        #expect(text.contains("\"endpoints\":null") && text.contains("\"ports\":null"))
    }

    @Test func `the form of a Service is checked, and filled in`() throws {
        let made = try client.create(Sample.service("a")).object
        #expect(made["spec"]["type"] == "ClusterIP")
        #expect(made["spec"]["clusterIP"].text?.hasPrefix("10.96.") == true)
        #expect(made["spec"]["ports"][0]["protocol"] == "TCP")
        #expect(
            try client.put(Sample.service("a")).object["spec"]["clusterIP"]
                == made["spec"]["clusterIP"])
        var object = Sample.service("b")
        object["spec"]["ports"] = nil
        #expect(try refusal(object) == "Service \"b\" is invalid: spec.ports: Required value")
        object["spec"]["clusterIP"] = "None"
        #expect(try client.create(object).status == 201)
        object = Sample.service("c")
        object["spec"]["ports"] = [["port": 80], ["port": 0, "name": "b"]]
        #expect(
            try refusal(object)
                == "Service \"c\" is invalid: [spec.ports[0].name: Required value, "
                + "spec.ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive, "
                + "spec.ports[1].targetPort: Invalid value: 0: must be between 1 and 65535, "
                + "inclusive]")
        object["spec"] = ["type": "ExternalName"]
        #expect(try refusal(object).hasSuffix("spec.externalName: Required value"))
        object["spec"]["externalName"] = "a.example.com"
        #expect(try client.create(object).status == 201)
    }

    @Test func `names and labels have rules`() throws {
        #expect(try refusal(Sample.service("1a")).contains("a DNS-1035 label must consist of"))
        #expect(try refusal(Sample.ingress("A")).contains("a lowercase RFC 1123 subdomain must"))
        #expect(try client.create(Sample.ingress("a.b-c")).status == 201)
        #expect(
            try refusal(Sample.service("a", labels: ["a": "b c"])).contains(
                "metadata.labels: Invalid value: \"b c\": a valid label must be an empty string"))
        #expect(try refusal(Sample.service("a", labels: ["a b": "c"])).contains("name part must"))
    }

    @Test func `an Ingress keeps to the form of its definition`() throws {
        var object = Sample.ingress("a")
        object["spec"]["rules"][0]["hosts"] = "a"
        #expect(
            try refusal(object)
                == "Ingress.networking.internal.knative.dev \"a\" is invalid: "
                + "spec.rules[0].hosts: Invalid value: \"string\": spec.rules[0].hosts in body "
                + "must be of type array")
        object = Sample.ingress("a")
        object["spec"]["rules"][0]["http"] = [:]
        #expect(try refusal(object).hasSuffix("spec.rules[0].http.paths: Required value"))
        object = Sample.ingress("a")
        object["spec"]["rules"] = nil
        #expect(
            try client.create(object).status == 201, "the webhook, not the server, asks for more")
    }

    @Test func `the times of a Lease are MicroTimes`() throws {
        let path = Resource.leases.path(namespace: "default")
        let short = Sample.lease("a", ["renewTime": "2026-01-02T03:04:05Z"])
        let refused = try client.ask("POST", path, short.description)
        #expect(refused.status == 400)
        #expect(refused.text.contains("parsing time"))
        let spec: JSONValue = [
            "renewTime": "2026-01-02T03:04:05.000006Z", "holderIdentity": "a",
            "leaseDurationSeconds": 15,
        ]
        #expect(try client.create(Sample.lease("a", spec)).status == 201)
        #expect(
            try refusal(Sample.lease("b", ["leaseDurationSeconds": 0]))
                == "Lease.coordination.k8s.io \"b\" is invalid: spec.leaseDurationSeconds: "
                + "Invalid value: 0: must be greater than 0")
    }

    @Test func `the type of a Secret stays`() throws {
        var object = try client.create(Sample.secret("a")).object
        #expect(object["type"] == "Opaque")
        #expect(object["data"] == ["word": "b3Blbg=="])
        object["type"] = "kubernetes.io/tls"
        object["data"] = ["tls.crt": "", "tls.key": ""]
        let refused = try client.put(object)
        #expect(
            refused.text.hasSuffix("type: Invalid value: \"kubernetes.io/tls\": field is immutable")
        )
        var tls = Sample.secret("b")
        tls["type"] = "kubernetes.io/tls"
        #expect(try refusal(tls).contains("data[tls.crt]: Required value"))
        var broken = Sample.secret("c")
        broken["data"] = ["a": "no base64"]
        #expect(try client.create(broken).status == 400)
    }

    @Test func `an Event is about something in its own namespace`() throws {
        var event: JSONValue = [
            "apiVersion": "v1", "kind": "Event", "metadata": ["name": "a.1"],
            "involvedObject": ["kind": "Ingress", "name": "a", "namespace": "other"],
            "reason": "Made", "message": "it was made", "type": "Normal",
        ]
        #expect(try refusal(event).contains("does not match event.namespace"))
        event["involvedObject"]["namespace"] = "default"
        #expect(try client.create(event).status == 201)
        event["metadata"]["name"] = "a.2"
        event["eventTime"] = "2026-01-02T03:04:05.000006Z"
        #expect(try refusal(event).contains("reportingController: Required value"))
    }

    @Test func `the Swift side keeps to the same rules`() throws {
        #expect(throws: StatusFault.self) { try server.create(Sample.slice("a", ["127.0.0.1"])) }
        var object = Sample.ingress("a", namespace: "made")
        object["status"] = ["observedGeneration": 1]
        #expect(try server.create(object)["status"]["observedGeneration"] == 1)
        try server.modify(.ingresses, "made", "a") { $0["spec"]["httpOption"] = "Redirected" }
        #expect(server.get(.ingresses, "made", "a")?["metadata"]["generation"] == 2)
        #expect(throws: TestFault.self) {
            try server.waitUntil(.ingresses, "made", "a", within: .milliseconds(20)) { $0 == nil }
        }
        try server.delete(.ingresses, "made", "a")
        try server.waitUntil(.ingresses, "made", "a") { $0 == nil }
    }
}
