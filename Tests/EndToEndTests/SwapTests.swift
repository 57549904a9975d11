import Foundation
import TestSupport
import Testing

/// Route changes under load at full speed (Show 4 of the first issue).
@Suite struct `Swap under load` {
    /// What one table would answer, and when it was there.
    private struct Table {
        /// Revisions of the plain host, and of the tag host (empty: it is 404).
        var plain: Set<String>
        var tagged: Set<String>
        /// From this moment on a worker may serve it.
        var written: ContinuousClock.Instant?
        /// From this moment on every worker serves it or a later one.
        var served: ContinuousClock.Instant?
    }

    /// In 30 s of load.
    private static let changes = 200

    @Test func `no request fails and no answer is one that neither table would give`() throws {
        var upstreams = try ["a", "b"].map { try EchoUpstream($0) }
        defer { for upstream in upstreams { upstream.stop() } }
        var tables = [Table(plain: ["a", "b"], tagged: ["b"])]
        let first = manifest(upstreams, [.init("a", 90), .init("b", 10, tag: "candidate")])
        try withGateway(["app.yaml": first], settings: ["workers": "2"]) { gateway throws in
            let tag = head("GET /tag HTTP/1.1", "Host: candidate-\(app)")
            let load = LoadClient(
                port: gateway.external, connections: 16,
                requests: [ask(), ask("GET", "/x?y"), post("/", "hello"), tag])
            let start = ContinuousClock.now
            for number in 1...Self.changes {
                let due = start + .milliseconds(150) * number
                try eventually("the time of change \(number)") { ContinuousClock.now >= due }
                try change(number, &upstreams, &tables, gateway)
            }
            let report = try load.finish()
            #expect(report.failures.isEmpty, "\(report.failures.prefix(5))")
            #expect(report.answers.count > Self.changes * 20)
            let wrong = report.answers.filter { !isPossible($0, tables) }
            #expect(wrong.isEmpty, "\(wrong.count) of \(report.answers.count): \(wrong.prefix(5))")
            // What stays in every table is counted through all changes.
            for name in ["a", "b"] {
                let labels = ["revision": name, "tag": ""]
                let seen = report.answers.filter { $0.request != 3 && $0.name == name }.count
                try gateway.waitForMetric("weir_requests_total", labels) { Int($0) == seen }
            }
        }
    }

    /// In turn: other weights; the tag moves; a revision comes; that revision goes and its
    /// upstream is terminated once the table without it is served.
    private func change(
        _ number: Int, _ upstreams: inout [EchoUpstream], _ tables: inout [Table],
        _ gateway: Gateway
    ) throws {
        var traffic: [Manifests.Traffic] = [.init("a", 90), .init("b", 10)]
        var gone: EchoUpstream?
        switch number % 4 {
        case 0:
            gone = upstreams.count > 2 ? upstreams.removeLast() : nil
            traffic[1].tag = "candidate"
        case 1:
            let share = number % 100
            traffic = [.init("a", 100 - share), .init("b", share, tag: "candidate")]
        case 2:
            traffic[0].tag = number % 8 == 2 ? "candidate" : nil
        default:
            let name = "c\(number)"
            upstreams.append(try EchoUpstream(name))
            traffic = [.init("a", 60), .init("b", 20), .init(name, 20, tag: "candidate")]
        }
        let plain = traffic.filter { $0.percent != 0 }.compactMap(\.revision)
        let tagged = traffic.filter { $0.tag != nil }.compactMap(\.revision)
        let written = ContinuousClock.now
        try gateway.apply("app.yaml", manifest(upstreams, traffic))
        tables.append(
            Table(plain: Set(plain), tagged: Set(tagged), written: written, served: .now))
        gone?.terminate()
    }

    private func manifest(
        _ upstreams: [EchoUpstream], _ traffic: [Manifests.Traffic]
    ) -> String {
        Manifests.file(
            upstreams.map { Manifests.revision($0.name, ports: [$0.port]) }
                + [Manifests.route("app", traffic)])
    }

    /// True when some table that was there between question and answer would give it.
    private func isPossible(_ answer: LoadClient.Answer, _ tables: [Table]) -> Bool {
        tables.indices.contains { index in
            if let written = tables[index].written, written > answer.answered { return false }
            let next = index + 1 < tables.count ? tables[index + 1].served : nil
            if let next, next < answer.asked { return false }
            guard answer.request == 3 else {
                return answer.status == 200 && tables[index].plain.contains(answer.name)
            }
            return tables[index].tagged.isEmpty
                ? answer.status == 404
                : answer.status == 200 && tables[index].tagged.contains(answer.name)
        }
    }
}
