import Foundation
import TestSupport
import Testing

/// Files of the manifests folder that change, well or badly.
@Suite struct `Manifests that change` {
    /// A gateway with the Route `app` to an upstream `one`, and a second upstream `two`.
    private func withTwo(
        isProjected: Bool = false, _ body: (Gateway, _ one: String, _ two: String) throws -> Void
    ) throws {
        let upstreams = try ["one", "two"].map { try EchoUpstream($0) }
        defer { for upstream in upstreams { upstream.stop() } }
        let texts = upstreams.map { Manifests.simple("app", ports: [$0.port]) }
        let gateway = try Gateway(["app.yaml": texts[0]], isProjected: isProjected)
        defer { #expect(gateway.stop() == .exit(0), "\(gateway.process.stderr.suffix(2000))") }
        try body(gateway, texts[0], texts[1])
    }

    private func name(_ gateway: Gateway, _ host: String = app) throws -> String {
        let answer = try RawClient.ask(
            port: gateway.external, head("GET / HTTP/1.1", "Host: \(host)"))
        return answer.status == 200
            ? String(answer.bodyText.prefix { $0 != "\n" }) : "\(answer.status)"
    }

    /// Waits until `app` is answered by that upstream, or with that status.
    private func waitFor(_ expected: String, _ gateway: Gateway) throws {
        var last = ""
        do {
            try eventually(expected) {
                last = try name(gateway)
                return last == expected
            }
        } catch {
            throw TestFault("\(error), but \(last)\n\(gateway.process.stderr.suffix(2000))")
        }
    }

    @Test func `a renamed draft, a plain write and a delete are seen`() throws {
        try withTwo { gateway, one, two throws in
            #expect(try name(gateway) == "one")
            try gateway.manifests.replace("app.yaml", with: two)
            try waitFor("two", gateway)
            try gateway.manifests.write("app.yaml", one)
            try waitFor("one", gateway)
            try gateway.manifests.delete("app.yaml")
            try waitFor("404", gateway)
            try gateway.manifests.write("later.yaml", two)
            try waitFor("two", gateway)
        }
    }

    @Test func `a rename keeps what is served without a gap`() throws {
        try withTwo { gateway, one, two throws in
            let load = LoadClient(port: gateway.external, connections: 2, requests: [ask()])
            for _ in 0..<5 {
                try gateway.manifests.rename("app.yaml", to: "other.yaml")
                try gateway.manifests.rename("other.yaml", to: "app.yaml")
            }
            try gateway.manifests.rename("app.yaml", to: "other.yaml")
            // A later change elsewhere shows that the renames have been taken in.
            try gateway.apply("more.yaml", Manifests.simple("more", ports: [1]))
            #expect(try name(gateway) == "one")
            try gateway.manifests.replace("other.yaml", with: two)
            try waitFor("two", gateway)
            let report = try load.finish()
            #expect(report.failures.isEmpty)
            #expect(report.answers.allSatisfy { $0.status == 200 })
            try gateway.manifests.rename("other.yaml", to: "other.yaml.off")
            try waitFor("404", gateway)
        }
    }

    @Test func `a mounted ConfigMap is swapped by its link`() throws {
        try withTwo(isProjected: true) { gateway, one, two throws in
            #expect(try name(gateway) == "one")
            for _ in 0..<5 {
                try gateway.manifests.project(["app.yaml": two])
                try waitFor("two", gateway)
                try gateway.manifests.project(["app.yaml": one])
                try waitFor("one", gateway)
            }
            try gateway.manifests.project([:])
            try waitFor("404", gateway)
        }
    }

    @Test func `a file that does not parse keeps what was good`() throws {
        try withTwo { gateway, _, two throws in
            try gateway.manifests.replace("app.yaml", with: "kind: Route\n  spec: [\n")
            try gateway.waitForMetric("weir_object_errors") { $0 >= 1 }
            #expect(try name(gateway) == "one")
            #expect(try gateway.routes().contains("app.yaml"))
            // Said once, with its place, and not again when something else changes.
            try gateway.apply("more.yaml", Manifests.simple("more", ports: [1]))
            #expect(try name(gateway) == "one")
            let said = (gateway.process.stdout + gateway.process.stderr).split(separator: "\n")
                .filter { $0.contains(#/app\.yaml:\d+: /#) }
            #expect(said.count == 1, "\(gateway.process.stderr)")
            try gateway.manifests.replace("app.yaml", with: two)
            try waitFor("two", gateway)
            try gateway.waitForMetric("weir_object_errors") { $0 == 0 }
        }
    }

    @Test func `a Route that is wrong keeps its last good form`() throws {
        try withTwo { gateway, one, _ throws in
            let wrong = one.replacingOccurrences(of: "percent: 100", with: "percent: 90")
            try gateway.manifests.replace("app.yaml", with: wrong)
            try gateway.waitForMetric("weir_object_errors", ["kind": "Route"]) { $0 == 1 }
            #expect(try name(gateway) == "one")
            let message = "Traffic targets sum to 90, want 100"
            #expect(gateway.process.stderr.contains(message))
            #expect(try gateway.routes().contains(message))
            try gateway.manifests.replace("app.yaml", with: one)
            try gateway.waitForMetric("weir_object_errors") { $0 == 0 }
            #expect(try !gateway.routes().contains(message))
        }
    }

    @Test func `one bad object does not block another`() throws {
        try withTwo { gateway, one, _ throws in
            let bad = Manifests.route("bad", [.init("nobody", 70)])
            let other = Manifests.simple("other", ports: [1])
            try gateway.manifests.replace("mixed.yaml", with: Manifests.file(bad, other))
            try gateway.waitForMetric("weir_object_errors") { $0 >= 1 }
            try eventually("the good one is served") {
                try name(gateway, "other.default.example.com") == "503"
            }
            #expect(try name(gateway, "bad.default.example.com") == "404")
            #expect(try name(gateway) == "one")
        }
    }

    @Test func `a file that became empty keeps what was good`() throws {
        try withTwo { gateway, _, two throws in
            try gateway.manifests.write("app.yaml", "")
            try gateway.apply("more.yaml", Manifests.simple("more", ports: [1]))
            #expect(try name(gateway) == "one")
            try gateway.manifests.replace("app.yaml", with: two)
            try waitFor("two", gateway)
        }
    }

    @Test func `a file that is being written is not read before it is closed`() throws {
        try withTwo { gateway, _, two throws in
            let half = two.utf8.count / 2
            let handle = try gateway.manifests.begin("app.yaml", String(two.prefix(half)))
            try gateway.apply("more.yaml", Manifests.simple("more", ports: [1]))
            #expect(try name(gateway) == "one")
            #expect(try gateway.metrics().sum("weir_object_errors") == 0)
            try handle.write(contentsOf: Array(String(two.dropFirst(half)).utf8))
            try handle.close()
            try waitFor("two", gateway)
        }
    }

    @Test func `SIGHUP reads everything again`() throws {
        try withTwo { gateway, _, two throws in
            // Written but not closed: no watch says so.
            let handle = try gateway.manifests.begin("app.yaml", two)
            #expect(try name(gateway) == "one")
            gateway.process.send(SIGHUP)
            try waitFor("two", gateway)
            try handle.close()
        }
    }

    @Test func `a burst of many files is taken in whole`() throws {
        try withTwo { gateway, one, _ throws in
            let port = try #require(one.firstMatch(of: #/127\.0\.0\.1:(\d+)/#)?.output.1)
            let number = try #require(UInt16(port))
            for index in 0..<300 {
                try gateway.manifests.replace(
                    "r\(index).yaml", with: Manifests.simple("r\(index)", ports: [number]))
            }
            try eventually("all of them are served", within: .seconds(20)) {
                try gateway.metrics().sum("weir_table_routes") >= 301
            }
            #expect(try name(gateway, "r299.default.example.com") == "one")
            for index in 0..<300 { try gateway.manifests.delete("r\(index).yaml") }
            try eventually("all of them are gone", within: .seconds(20)) {
                try gateway.metrics().sum("weir_table_routes") == 1
            }
            #expect(try name(gateway, "r299.default.example.com") == "404")
            #expect(try name(gateway) == "one")
        }
    }

    @Test func `a removed address finishes its exchange`() throws {
        let mayAnswer = Latch()
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try mayAnswer.wait("the table has changed")
            try connection.send(response(body: "late"))
            try connection.waitForEnd()
        } _: { gateway, upstream throws in
            let other = try EchoUpstream("other")
            defer { other.stop() }
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            try eventually("the upstream has it") { upstream.requests.count == 1 }
            try gateway.apply("app.yaml", Manifests.simple("app", ports: [other.port]))
            #expect(try name(gateway) == "other")
            mayAnswer.open()
            #expect(try client.readResponse().bodyText == "late")
            // Then its connection is closed in the normal way, not kept for nobody.
            try eventually("the old connection is closed") { try upstream.connection().isClosed }
            #expect(try upstream.connection().fault == nil)
        }
    }
}
