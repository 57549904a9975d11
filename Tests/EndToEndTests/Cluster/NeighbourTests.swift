import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// What Knative's suite leaves out (knative.md §4.5): Services of every form, addresses that change.
@Suite struct NeighbourTests {
    private let host = "hello.example.com"

    private func split(_ name: String, _ port: JSONValue, percent: Int = 100) -> JSONValue {
        [
            "serviceNamespace": .string(ClusterStage.namespace), "serviceName": .string(name),
            "servicePort": port, "percent": .integer(percent),
        ]
    }

    private func rule(_ host: String, _ splits: JSONValue...) -> JSONValue {
        ClusterObjects.rule([host], [ClusterObjects.path(splits)])
    }

    private func name(of answer: Message) -> String {
        String(answer.bodyText.prefix { $0 != "\r" && $0 != "\n" })
    }

    /// Points the slice of a Service at another upstream.
    private func move(_ stage: ClusterStage, _ service: String, to port: UInt16) throws {
        try stage.server.modify(.endpointSlices, ClusterStage.namespace, service) {
            $0["ports"] = [
                ["name": "http", "port": .integer(Int(port)), "protocol": "TCP"]
            ]
        }
    }

    // MARK: Services

    @Test func `ports by name and by number, several in one Service, headless too`() throws {
        try withCluster { stage throws in
            let (web, more) = (try EchoUpstream("web"), try EchoUpstream("more"))
            var service = ClusterObjects.service(
                "many",
                [
                    ["name": "http", "port": 80, "targetPort": "serve"],
                    ["name": "http-more", "port": 81, "targetPort": "more"],
                ])
            service["spec"]["clusterIP"] = "None"
            try stage.server.create(service)
            var slice = ClusterObjects.slice("many", port: web.port, named: "http", nil)
            slice["ports"] = [
                ["name": "http", "port": .integer(Int(web.port)), "protocol": "TCP"],
                ["name": "http-more", "port": .integer(Int(more.port)), "protocol": "TCP"],
            ]
            try stage.server.create(slice)
            let ways: [(String, JSONValue, String)] = [
                ("a.example.com", 80, "web"), ("b.example.com", 81, "more"),
                ("c.example.com", "http", "web"), ("d.example.com", "http-more", "more"),
            ]
            try stage.ready(ways.map { rule($0.0, split("many", $0.1)) })
            for (host, _, expected) in ways {
                #expect(try name(of: stage.ask(host)) == expected, "\(host)")
            }
        }
    }

    @Test func `addresses of both families are asked`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.server.create(
                ClusterObjects.service("echo", [["name": "http", "port": 80]]))
            var slice = ClusterObjects.slice("echo", port: upstream.port, named: "http", nil)
            slice["metadata"]["name"] = "echo-v6"
            slice["metadata"]["labels"] = ["kubernetes.io/service-name": "echo"]
            slice["addressType"] = "IPv6"
            // IPv4's loopback, as IPv6 writes it.
            slice["endpoints"] = [
                ["addresses": ["::ffff:127.0.0.1"], "conditions": ["ready": true]]
            ]
            try stage.server.create(slice)
            try stage.ready([rule(host, split("echo", 80))])
            #expect(try name(of: stage.ask(host)) == "echo")
        }
    }

    @Test func `no address is 503, an address is 200 again, and it stays ready`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let ingress = try stage.ready([rule(host, split("echo", 80))])
            for _ in 0..<3 {
                try stage.server.modify(.endpointSlices, ClusterStage.namespace, "echo") {
                    $0["endpoints"] = []
                }
                try eventually("nobody answers") { try stage.ask(host).status == 503 }
                #expect(stage.readiness(ingress)["status"] == "True")
                try stage.server.modify(.endpointSlices, ClusterStage.namespace, "echo") {
                    $0["endpoints"] = [
                        ["addresses": ["127.0.0.1"], "conditions": ["ready": true]]
                    ]
                }
                try eventually("it answers") { try stage.ask(host).status == 200 }
            }
        }
    }

    @Test func `an address that ends gets nothing new while another one is ready`() throws {
        try withCluster { stage throws in
            let (old, new) = (try EchoUpstream("old"), try EchoUpstream("new"))
            try stage.server.create(
                ClusterObjects.service("echo", [["name": "http", "port": 80]]))
            for (upstream, isEnding) in [(old, false), (new, false)] {
                var slice = ClusterObjects.slice("echo", port: upstream.port, named: "http", nil)
                slice["metadata"]["name"] = .string(upstream.name)
                slice["metadata"]["labels"] = ["kubernetes.io/service-name": "echo"]
                slice["endpoints"][0]["conditions"]["terminating"] = .bool(isEnding)
                try stage.server.create(slice)
            }
            try stage.ready([rule(host, split("echo", 80))])
            try stage.server.modify(.endpointSlices, ClusterStage.namespace, "old") {
                $0["endpoints"][0]["conditions"] = [
                    "ready": false, "serving": true, "terminating": true,
                ]
            }
            try eventually("the old one is left alone") {
                let before = old.answered
                for _ in 0..<10 {
                    let status = try stage.ask(host).status
                    #expect(status == 200)
                }
                return old.answered == before
            }
        }
    }

    // MARK: Changes under load

    @Test func `from the activator to the pods and back, no request fails`() throws {
        try withCluster { stage throws in
            let (activator, pod) = (try EchoUpstream("activator"), try EchoUpstream("pod"))
            try stage.server.create(
                ClusterObjects.service("echo", [["name": "http", "port": 80]]))
            try stage.server.create(
                ClusterObjects.slice("echo", port: activator.port, named: "http", nil))
            try stage.ready([rule(host, split("echo", 80))])
            try stage.probing(host) {
                for flip in 0..<40 {
                    let target = flip % 2 == 0 ? pod : activator
                    let before = target.answered
                    try move(stage, "echo", to: target.port)
                    try eventually("the other one is asked") { target.answered > before }
                }
            }
        }
    }

    @Test func `a rollout by Serving: each step is split as it says`() throws {
        try withCluster { stage throws in
            let (old, new) = (try EchoUpstream("old"), try EchoUpstream("new"))
            for upstream in [old, new] { try stage.publish(upstream) }
            func rules(_ percent: Int) -> [JSONValue] {
                let shares = [("old", 100 - percent), ("new", percent)].filter { $0.1 > 0 }
                let splits = shares.map { split($0.0, 80, percent: $0.1) }
                return [ClusterObjects.rule([host], [ClusterObjects.path(splits)])]
            }
            let ingress = try stage.ready(rules(1))
            for percent in [1, 10, 35, 80, 100] {
                try stage.update(ingress, rules(percent))
                try stage.waitUntilReady(ingress)
                var counts: [String: Int] = [:]
                for _ in 0..<100 { counts[name(of: try stage.ask(host)), default: 0] += 1 }
                // Exact up to one for each worker.
                #expect(abs(counts["new", default: 0] - percent) <= 2, "\(percent) %: \(counts)")
            }
        }
    }

    @Test func `an ACME challenge is a path of its own, and gone when it is over`() throws {
        try withCluster { stage throws in
            let (app, solver) = (try EchoUpstream("app"), try EchoUpstream("solver"))
            for upstream in [app, solver] { try stage.publish(upstream) }
            let challenge = "/.well-known/acme-challenge/token"
            let plain = ClusterObjects.path([split("app", 80)])
            let ingress = try stage.ready([
                ClusterObjects.rule(
                    [host], [ClusterObjects.path([split("solver", 80)], path: challenge), plain])
            ])
            #expect(try name(of: stage.ask(host, challenge)) == "solver")
            #expect(try name(of: stage.ask(host, "/")) == "app")
            try stage.update(ingress, [ClusterObjects.rule([host], [plain])])
            try stage.waitUntilReady(ingress)
            #expect(try name(of: stage.ask(host, challenge)) == "app")
        }
    }

    @Test func `a DomainMapping with a WebSocket ends at the Route's upstream`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.webSocket, ["--suffix", "- pong"])
            let name = ClusterStage.randomName("mapped")
            let local = "\(name).\(ClusterStage.namespace).svc.cluster.local"
            try stage.ready([
                ClusterObjects.rule(
                    [local], [ClusterObjects.path([ClusterObjects.split(upstream)])],
                    visibility: "ClusterLocal")
            ])
            // As Serving makes it for the Route: a name that leads back to us.
            try stage.server.create(
                ClusterObjects.externalName(
                    name, "weir-internal.weir-system.svc.cluster.local",
                    ["name": "http2", "port": 80, "targetPort": 80]))
            let mapped = "\(name).own-domain.example"
            try stage.ready([
                ClusterObjects.rule(
                    [mapped],
                    [
                        ClusterObjects.path(
                            [split(name, 80)],
                            appending: ["K-Original-Host": .string(mapped)], rewriteHost: local)
                    ])
            ])
            struct Answer: Decodable { var suffixes: [String: Int] }
            let answer = try PythonProgram.run(
                "ws_suffix_client",
                ["--port", "\(stage.gateway.external)", "--host", mapped, "--trips", "20"],
                as: Answer.self, within: .seconds(30))
            #expect(answer.suffixes == [" - pong": 1])
        }
    }
}
