import Bytes
import ControlPlane
import Foundation
import Manifests
import Routing
import Synchronization
import TLS
import Telemetry
import Testing

@Suite struct AdminPagesTests {
    private let board = StatusBoard()
    private let sheet = TallySheet()
    private let drains = Count()
    private let listenersOpen = Count(1)

    private final class Count: Sendable {
        let value: Mutex<Int>

        init(_ value: Int = 0) { self.value = Mutex(value) }
    }

    private var pages: AdminPages {
        let (sheet, drains, listenersOpen) = (sheet, drains, listenersOpen)
        var desk = AdminPages.Desk(
            board: board, sheets: { [sheet] },
            build: BuildInfo(environment: ["WEIR_COMMIT": "abc"]),
            explain: { request throws(ExplainRequest.Refusal) in
                throw ExplainRequest.Refusal("asked for \(request.json)")
            }, drain: { drains.value.withLock { $0 += 1 } })
        desk.listeners = { ["external-http", "internal-http"] }
        desk.areListenersOpen = { listenersOpen.value.withLock { $0 > 0 } }
        desk.reasons = ["bare_lf"]
        desk.patternFaults = ["match_limit"]
        desk.lostLines = { 3 }
        return AdminPages(desk)
    }

    /// Fills the board from manifests, and has the only worker serve the table.
    private func load(_ files: [String: String]) {
        var store = ManifestStore(options: ManifestOptions())
        for (name, text) in files { store.load(file: name, text: text) }
        let compilation = store.compile()
        let builder = TableBuilder(hashSeed: HashSeed(1, 2))
        let snapshot = builder.update(
            routes: compilation.routes, destinations: compilation.destinations)
        var report = TableReport()
        report.version = snapshot.version
        report.compilation = compilation
        report.routeCount = builder.routeCount
        report.refusals = builder.refusals
        report.catalog = builder.catalog
        board.report = report
        sheet.served(version: snapshot.version)
    }

    private func loadSample() {
        load([
            "hello.yaml": Sample.service([75, 25], tag: "stable"),
            "revisions.yaml": Sample.revision(1) + "---\n" + Sample.revision(2),
        ])
    }

    @Test func `a worker that has not taken the table for 30 s makes it not ready`() {
        let board = StatusBoard()
        let now = ContinuousClock.now
        var report = TableReport()
        report.version = 7
        report.publishedAt = now
        board.report = report
        #expect(board.lag(served: 7, at: now + .seconds(60)) == nil)
        #expect(board.lag(served: 6, at: now + .seconds(29)) == nil)
        #expect(
            board.lag(served: 6, at: now + .seconds(30))
                == "a worker has not taken the table for 30 s")
    }

    @Test func `status answers its three pages and nothing else`() {
        loadSample()
        for path in ["/healthz", "/readyz", "/metrics"] {
            #expect(pages.answer(.everybody, method: "GET", path: path).code == 200)
            #expect(pages.answer(.everybody, method: "POST", path: path).code == 405)
        }
        for path in ["/", "/routes", "/version", "/drain"] {
            #expect(pages.answer(.everybody, method: "GET", path: path).code == 404)
            #expect(pages.answer(.everybody, method: "POST", path: path).code == 404)
        }
        #expect(drains.value.withLock { $0 } == 0)
    }

    @Test func `ready from the first served table until the end is wished for`() {
        #expect(pages.answer(.everybody, method: "GET", path: "/readyz").code == 503)
        #expect(pages.answer(.everybody, method: "GET", path: "/healthz").code == 200)
        loadSample()
        #expect(pages.answer(.everybody, method: "GET", path: "/readyz").code == 200)
        #expect(board.beginDrain())
        #expect(!board.beginDrain())
        #expect(pages.answer(.everybody, method: "GET", path: "/readyz").code == 503)
        #expect(pages.answer(.everybody, method: "GET", path: "/healthz").code == 200)
    }

    @Test func `not ready before the listeners are open`() {
        listenersOpen.value.withLock { $0 = 0 }
        loadSample()
        let answer = pages.answer(.everybody, method: "GET", path: "/readyz")
        #expect(answer.code == 503)
        #expect(answer.text.contains("no listener is open yet"))
        listenersOpen.value.withLock { $0 = 1 }
        #expect(pages.answer(.everybody, method: "GET", path: "/readyz").code == 200)
    }

    @Test func `POST drain drains, GET does not`() {
        #expect(pages.answer(.operators, method: "GET", path: "/drain").code == 405)
        #expect(drains.value.withLock { $0 } == 0)
        #expect(pages.answer(.operators, method: "POST", path: "/drain").code == 202)
        #expect(drains.value.withLock { $0 } == 1)
    }

    @Test(arguments: [
        ("127.0.0.1:9901", nil, 202), ("[::1]:9901", nil, 202), ("localhost:9901", nil, 202),
        ("localhost", nil, 202), ("127.0.0.1", nil, 202), ("[::1]", nil, 202),
        ("evil.example:9901", nil, 403), ("evil.example", nil, 403),
        ("localhost.evil.example", nil, 403), ("", nil, 403),
        ("127.0.0.1:9901", "https://evil.example", 403), ("127.0.0.1:9901", "null", 403),
    ])
    func `no web page can drain`(host: String, source: String?, code: Int) {
        let answer = pages.answer(
            .operators, method: "POST", path: "/drain", host: host, source: source)
        #expect(answer.code == code)
        #expect(drains.value.withLock { $0 } == (code == 202 ? 1 : 0))
    }

    @Test func `version says what this is`() throws {
        let answer = pages.answer(.operators, method: "GET", path: "/version")
        let object = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
        let fields = try #require(object as? [String: Any])
        #expect(fields["commit"] as? String == "abc")
        #expect((fields["libraries"] as? [String: String])?["pcre2"]?.hasPrefix("10.") == true)
    }

    @Test func `routes tells shares desired and observed`() throws {
        loadSample()
        let shares = try #require(board.report.catalog.splits.first { $0.tag.isEmpty }?.shares)
        for (share, count) in zip(shares, [3, 1]) {
            for _ in 0..<count { sheet.draws.add(share.draws, 1) }
        }
        let answer = pages.answer(.operators, method: "GET", path: "/routes")
        #expect(answer.contentType == "application/json")
        let object = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
        let page = try #require(object as? [String: Any])
        #expect(page["version"] as? Int == 1)
        #expect(page["servedVersion"] as? Int == 1)
        let routes = try #require(page["routes"] as? [[String: Any]])
        let rules = try #require(routes.first?["rules"] as? [[String: Any]])
        let rule = try #require(
            rules.first { ($0["hosts"] as? [String]) == ["hello.default.example.com"] })
        let paths = try #require(rule["paths"] as? [[String: Any]])
        let split = try #require(paths.last?["split"] as? [[String: Any]])
        #expect(split.map { $0["desired"] as? Double } == [0.75, 0.25])
        #expect(split.map { $0["observed"] as? Double } == [0.75, 0.25])
        #expect(
            split.map { $0["addresses"] as? [String] } == [["127.0.0.1:9001"], ["127.0.0.1:9002"]])
    }

    @Test func `routes tells the shares of each host where an Ingress splits them apart`() throws {
        let rules = [("a.test", [90, 10]), ("b.test", [50, 50])].map { host, shares in
            let splits = shares.enumerated().map { number, share in
                "{serviceName: s\(number), serviceNamespace: default, servicePort: 80, "
                    + "percent: \(share)}"
            }
            return
                "{hosts: [\(host)], http: {paths: [{splits: [\(splits.joined(separator: ", "))]}]}}"
        }
        load([
            "i.yaml": """
            apiVersion: networking.internal.knative.dev/v1alpha1
            kind: Ingress
            metadata: {name: i, namespace: default}
            spec: {rules: [\(rules.joined(separator: ", "))]}
            """
        ])
        for entry in board.report.catalog.splits where entry.host == "a.test" {
            for (share, count) in zip(entry.shares, [9, 1] as [UInt64]) {
                sheet.draws.add(share.draws, count)
            }
        }
        let text = pages.answer(.operators, method: "GET", path: "/routes").text
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let page = try #require(object as? [String: Any])
        let routes = try #require(page["routes"] as? [[String: Any]])
        let found = try #require(routes.first?["rules"] as? [[String: Any]])
        let requests = found.map { rule -> [Int?] in
            let paths = rule["paths"] as? [[String: Any]]
            let split = paths?.last?["split"] as? [[String: Any]]
            return split?.map { $0["requests"] as? Int } ?? []
        }
        #expect(requests == [[9, 1], [0, 0]])
    }

    @Test func `routes tells what destinations speak`() throws {
        let made = try #require(SelfSigned(names: ["kn-routing"], from: 0, until: 1 << 33))
        let h2c = Sample.revision(2).replacing(
            "annotations: {", with: "annotations: {weir.dev/protocol: h2c, ")
        let files = [
            "hello.yaml": Sample.service([75, 25]),
            "revisions.yaml": Sample.revision(1) + "---\n" + h2c,
        ]
        let secure = [
            "network.yaml": Sample.internalTLS, "trust.yaml": Sample.trust(made.chain),
            "revisions.yaml": Sample.revision(1) + "---\n" + h2c.replacing(": h2c", with: ": h2"),
        ]
        for (files, spoken) in [
            (files, ["http1", "h2c"]), (files.merging(secure) { $1 }, ["https", "h2"]),
        ] {
            load(files)
            let text = pages.answer(.operators, method: "GET", path: "/routes").text
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
            let page = try #require(object as? [String: Any])
            let sets = try #require(page["destinations"] as? [[String: Any]])
            let sorted = sets.sorted { "\($0["name"] ?? "")" < "\($1["name"] ?? "")" }
            #expect(sorted.map { $0["upstreamProtocol"] as? String } == spoken)
        }
    }

    @Test(arguments: [("text", ""), ("", "text/plain"), ("text", "application/json")])
    func `routes is a table for people`(format: String, accept: String) {
        loadSample()
        let answer = pages.answer(
            .operators, method: "GET", path: "/routes", format: format.isEmpty ? nil : format,
            accept: accept)
        let lines = answer.text.split(separator: "\n")
        #expect(lines.first == "table version 1, every worker serves 1")
        #expect(lines.contains { $0.hasPrefix("ROUTE ") && $0.contains("OBSERVED") })
        #expect(lines.contains { $0.contains("hello-2") && $0.contains("25.0 %") })
        #expect(lines.contains { $0.hasPrefix("Service") && $0.contains("served") })
    }

    @Test func `routes tells what is wrong with objects`() {
        load(["bad.yaml": Sample.service([50, 40])])
        let text = pages.answer(
            .operators, method: "GET", path: "/routes", format: "text"
        ).text
        #expect(text.contains("errors:\n  bad.yaml:"))
        #expect(text.contains("refused"))
    }

    @Test func `what is wrong is counted by objects, every kind is there`() {
        load([
            "bad.yaml": "apiVersion: serving.knative.dev/v1\nkind: Route\nmetadata: {name: r}\n"
                + "spec: {traffic: [{percent: 130, tag: A}]}\n"
        ])
        #expect(board.report.faults.count > 1)
        let text = pages.answer(.everybody, method: "GET", path: "/metrics").text
        let lines = Set(text.split(separator: "\n").map(String.init))
        #expect(lines.contains("weir_object_errors{kind=\"Route\"} 1"))
        for kind in ["File", "ConfigMap", "EndpointSlice", "Configuration", "Service"] {
            #expect(lines.contains("weir_object_errors{kind=\"\(kind)\"} 0"))
        }
    }

    @Test func `an object that the table does not take is refused`() throws {
        load(["hello.yaml": Sample.service([100])])
        var report = board.report
        var route = try #require(report.routes.first)
        let share = try #require(route.rules.first?.paths.first?.splits.first)
        route.rules[0].paths[0].splits = Array(repeating: share, count: 65)
        let builder = TableBuilder(hashSeed: HashSeed(1, 2))
        _ = builder.update(routes: [route], destinations: [])
        report.refusals = builder.refusals
        board.report = report
        let text = pages.answer(
            .operators, method: "GET", path: "/routes", format: "text"
        ).text
        #expect(text.contains("hello.yaml:1: spec: is not in the table: more than 64"))
        #expect(text.contains("refused"))
        #expect(board.report.wrongObjects["Service"] == 1)
    }

    @Test func `metrics are OpenMetrics when asked for, the older text otherwise`() {
        loadSample()
        let old = pages.answer(.everybody, method: "GET", path: "/metrics", accept: "*/*")
        #expect(old.contentType.hasPrefix("text/plain; version=0.0.4"))
        let new = pages.answer(
            .everybody, method: "GET", path: "/metrics",
            accept: "application/openmetrics-text; version=1.0.0")
        #expect(new.contentType.hasPrefix("application/openmetrics-text"))
        #expect(new.text.hasSuffix("# EOF\n"))
    }

    @Test func `metrics tell the table, the splits, the objects and the process`() throws {
        load([
            "hello.yaml": Sample.service([75, 25]), "revisions.yaml": Sample.revision(1),
            "bad.yaml": "kind: [",
        ])
        let share = try #require(board.report.catalog.splits.first { $0.tag.isEmpty }?.shares.first)
        var sheet = sheet
        sheet.draws.add(share.draws, 1)
        sheet.record(
            series: share.series, protocol: .http1, code: 200, flag: .none,
            durationNanoseconds: 1_000_000, firstByteNanoseconds: 900_000)
        let text = pages.answer(.everybody, method: "GET", path: "/metrics").text
        let lines = Set(text.split(separator: "\n").map(String.init))
        let labels = "namespace=\"default\",route=\"hello\",revision=\"hello-1\",tag=\"\""
        let place = lines.first { $0.hasPrefix("weir_split_desired_ratio{\(labels)") } ?? ""
        #expect(place.hasSuffix("} 0.75"))
        #expect(lines.contains { $0.hasPrefix("weir_split_observed_ratio{\(labels)") })
        // The other revision was never asked: its share is told, and no zeros.
        let unasked = lines.filter { $0.contains("revision=\"hello-2\"") }
        #expect(!unasked.isEmpty)
        #expect(unasked.allSatisfy { $0.hasPrefix("weir_split_") })
        #expect(lines.contains { $0.hasPrefix("weir_active_requests{\(labels)") })
        #expect(lines.contains("weir_table_version 1"))
        #expect(lines.contains("weir_table_routes 1"))
        #expect(lines.contains("weir_object_errors{kind=\"File\"} 1"))
        #expect(lines.contains("weir_object_errors{kind=\"Route\"} 0"))
        #expect(lines.contains("weir_rejected_requests_total{reason=\"bare_lf\"} 0"))
        #expect(lines.contains("weir_connections{listener=\"external-http\"} 0"))
        #expect(lines.contains { $0.hasPrefix("weir_requests_total{\(labels)") })
        #expect(lines.contains { $0.hasPrefix("weir_build_info{version=") })
        for name in [
            "cpu_seconds_total", "resident_memory_bytes", "open_fds", "max_fds",
            "start_time_seconds",
        ] {
            let line = lines.first { $0.hasPrefix("process_\(name) ") } ?? ""
            let value = line.split(separator: " ").last.flatMap { Double($0) } ?? -1
            #expect(name == "cpu_seconds_total" ? value >= 0 : value > 0, "\(line)")
        }
        let names = lines.filter { $0.hasPrefix("weir_") }.map { $0.prefix { $0 != " " } }
        #expect(Set(names).count == names.count)
    }

    @Test func `explain takes a query or JSON, for operators only`() async {
        var get = PageRequest(method: "GET", path: "/explain")
        get.query = [
            ("url", "http://a/b?c"), ("header", "X-Env: qa"), ("header", "A: b"),
            ("listener", "internal"), ("client", "192.0.2.9"),
        ]
        var post = PageRequest(method: "POST", path: "/explain")
        post.body = """
            {"url": "http://a/b?c", "headers": ["X-Env: qa", "A: b"], "listener": "internal",
             "client": "192.0.2.9"}
            """
        let asked = """
            asked for {"client":"192.0.2.9","headers":["X-Env: qa","A: b"],"listener":"internal",\
            "method":"GET","url":"http://a/b?c"}

            """
        for request in [get, post] {
            let answer = await pages.answer(.operators, request)
            #expect(answer.code == 400)
            #expect(answer.text == asked)
            #expect(await pages.answer(.everybody, request).code == 404)
        }
        post.method = "DELETE"
        #expect(await pages.answer(.operators, post).code == 405)
        #expect(
            await pages.answer(.operators, PageRequest(method: "GET", path: "/explain")).code == 400
        )
    }

    @Test func `lost lines of the log and failed patterns are told`() {
        sheet.ruleFailed(0)
        let text = pages.answer(.everybody, method: "GET", path: "/metrics").text
        #expect(text.contains("weir_access_log_lost_total 3\n"))
        #expect(text.contains("weir_rule_failures_total{reason=\"match_limit\"} 1\n"))
    }

    @Test(arguments: ["/routes", "/version", "/metrics", "/explain", "/nothing"])
    func `no foreign name leads to operators' pages`(path: String) async {
        var request = PageRequest(method: "GET", path: path)
        request.host = "evil.example:9901"
        #expect(await pages.answer(.operators, request).code == 403)
        #expect(await pages.answer(.everybody, request).code != 403)
        request.host = "localhost:9901"
        #expect(await pages.answer(.operators, request).code != 403)
    }

    @Test func `the default certificate is told, though no name leads to it`() throws {
        let made = try #require(SelfSigned(names: ["a.test"], from: 0, until: 2_000_000_000))
        let older = Sample.secret(chain: made.chain, key: made.key)
            .replacing("name: cert", with: "name: a")
        func compilation(_ options: ManifestOptions) -> Compilation {
            var store = ManifestStore(options: options)
            store.load(file: "a.yaml", text: older)
            store.load(file: "b.yaml", text: Sample.secret(chain: made.chain, key: made.key))
            return store.compile()
        }
        var report = TableReport()
        report.compilation = compilation(ManifestOptions())
        board.report = report
        func metrics() -> String {
            pages.answer(.everybody, method: "GET", path: "/metrics").text
        }
        let line = "weir_tls_certificate_expiry_seconds{secret=\"default/cert\"} 2000000000"
        #expect(report.compilation?.certificates.map(\.secret) == ["default/a"])
        #expect(!metrics().contains(line))
        report.compilation = compilation(ManifestOptions(defaultCertificate: "default/cert"))
        board.report = report
        #expect(metrics().contains(line))
        let page = RoutesPage(report, [sheet])
        #expect(page.certificates.map(\.secret) == ["default/a", "default/cert"])
        #expect(page.certificates.map(\.names) == [["a.test"], []])
    }
}
