import Bytes
import Foundation
import Manifests
import Routing
import TLS
import Telemetry
import Testing

@testable import ControlPlane

/// Whatever conf/monitoring and the README ask of Prometheus is on the metrics page, with its labels.
@Suite struct MonitoringTests {
    /// What a scraper adds.
    private static let scrapers: Set<String> = ["instance", "pod"]

    /// Label names by metric, of a page on which every family has a sample.
    private func labels() throws -> [String: Set<String>] {
        var labels: [String: Set<String>] = [:]
        for line in try page().split(separator: "\n") where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            labels[String(name), default: []].formUnion(
                line.matches(of: #/(\w+)="/#).map { String($0.1) })
        }
        return labels
    }

    private func page() throws -> String {
        let made = try #require(SelfSigned(names: ["a.test"], from: 0, until: 1 << 33))
        var store = ManifestStore(options: ManifestOptions())
        store.load(file: "hello.yaml", text: Sample.service([90, 10]))
        store.load(file: "revisions.yaml", text: Sample.revision(1))
        store.load(file: "cert.yaml", text: Sample.secret(chain: made.chain, key: made.key))
        let compilation = store.compile()
        let builder = TableBuilder(hashSeed: HashSeed(1, 2))
        _ = builder.update(routes: compilation.routes, destinations: compilation.destinations)
        var report = TableReport()
        report.compilation = compilation
        report.catalog = builder.catalog
        let share = try #require(builder.catalog.splits.first?.shares.first)
        var sheet = TallySheet()
        defer { sheet.destroy() }
        sheet.draws.add(share.draws, 1)
        sheet.began(share.series)
        sheet.tunnelBegan(share.series, at: 0)
        sheet.record(
            series: share.series, protocol: .http1, code: 200, flag: .none,
            durationNanoseconds: 1_000_000, firstByteNanoseconds: 900_000, callStatus: .ok)
        let cluster = ClusterFigures(
            staleness: 0, isLeader: true, ingresses: 2, waiting: 1, foreign: ["other": 1])
        return MetricsPage(
            report: report, sheets: [sheet], listeners: ["external-http"], reasons: ["bare_lf"],
            glitches: ["accept_pause"], patternFaults: ["match_limit"], lostLines: 0,
            cluster: cluster, memory: MemoryFigures(limit: 1 << 30, shedding: .nothing),
            build: BuildInfo(environment: [:]), process: ProcessFacts()
        ).text(.prometheus)
    }

    /// Files that hold queries, and the README's blocks of them.
    private func queries() throws -> [(place: String, text: String)] {
        let folder = "conf/monitoring"
        let files = try FileManager.default.contentsOfDirectory(
            atPath: RepositoryFile.path(folder)
        ).sorted().map { "\(folder)/\($0)" }
        var found = try files.map { path in
            (place: path, text: try text(path).replacing("\\\"", with: "\""))
        }
        let blocks = try text("README.md").components(separatedBy: "```promql\n").dropFirst()
        try #require(!blocks.isEmpty)
        for block in blocks {
            let query = block.components(separatedBy: "```").first ?? ""
            found.append((place: "README.md: \(query)", text: query))
        }
        return found
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: RepositoryFile.path(path), encoding: .utf8)
    }

    @Test func `every metric and label that is asked for exists`() throws {
        let labels = try labels()
        let known = labels.values.reduce(into: Self.scrapers) { $0.formUnion($1) }
        var asked = 0
        for (place, text) in try queries() {
            for found in text.matches(of: #/(?:weir|process)_[a-z_]*[a-z]/#) {
                let name = String(found.0)
                guard let own = labels[name] else {
                    Issue.record("\(place): there is no metric \(name)")
                    continue
                }
                asked += 1
                // What stands in braces right behind it.
                let rest = text[found.range.upperBound...]
                guard rest.first == "{", let end = rest.firstIndex(of: "}") else { continue }
                for matcher in rest[..<end].matches(of: #/(\w+)\s*(?:=~|!~|!=|=)\s*"/#) {
                    #expect(
                        own.contains(String(matcher.1)), "\(place): \(name) has no \(matcher.1)")
                }
            }
            for found in text.matches(of: #/\b(?:by|on|group_left) ?\(([\w, ]*)\)/#) {
                for label in found.1.split(separator: ",") {
                    let label = label.trimmingCharacters(in: .whitespaces)
                    #expect(known.contains(label), "\(place): nothing has the label \(label)")
                }
            }
        }
        #expect(asked > 30)
    }

    @Test func `the dashboard is what Grafana reads`() throws {
        let lines = try text("conf/monitoring/dashboard.yaml").split(
            separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix("  weir.json: |") })
        let json = lines[(start + 1)...].joined(separator: "\n")
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8))
        let panels = try #require((object as? [String: Any])?["panels"] as? [[String: Any]])
        #expect(!panels.isEmpty)
        for panel in panels {
            let targets = panel["targets"] as? [[String: Any]] ?? []
            #expect(targets.contains { $0["expr"] is String }, "\(panel["title"] ?? "")")
        }
    }
}
