import Manifests
import Routing
import Testing

/// §1.9: a new revision takes over in steps.
struct RolloutTests {
    private static let second: Int64 = 1_000_000_000
    private static let start: Int64 = 1_700_000_000 * second

    private static func revisions(_ names: String...) -> String {
        names.enumerated().map { index, name in
            revision(name).replacing(
                "  name: \(name)\n",
                with: "  name: \(name)\n  creationTimestamp: \"2026-01-0\(index + 1)T00:00:00Z\"\n")
        }.joined()
    }

    private static func service(
        _ duration: String? = "120s", traffic: String = "{latestRevision: true, percent: 100}"
    ) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: hello
          annotations: {\(duration.map { "serving.knative.dev/rollout-duration: \($0)" } ?? "")}
        spec:
          traffic: [\(traffic)]
        ---

        """
    }

    /// `revision percent` of each split of the default host, or of a tag's.
    private func shares(_ made: Compilation, tag: String = "") -> [String] {
        let name = tag.isEmpty ? "hello" : "\(tag)-hello"
        let rule = made.routes.first?.rules.first { $0.hosts == ["\(name).default.example.com"] }
        return (rule?.paths.first?.splits ?? []).map { "\($0.revision) \($0.share / 10_000)" }
    }

    /// A store that has served `a`, and then got `b`.
    private func begun(_ service: String = service()) -> ManifestStore {
        var store = store(service, Self.revisions("a"))
        _ = store.compile(at: Self.start)
        store.served(at: Self.start)
        store.load(file: "b.yaml", text: Self.revisions("a", "b"))
        return store
    }

    @Test func `the worked example: 120 seconds, ready after 4`() throws {
        var store = begun()
        var made = store.compile(at: Self.start)
        #expect(shares(made) == ["a 99", "b 1"])
        #expect(made.nextStepAt == nil)
        let served = store.served(at: Self.start + 4 * Self.second)
        let next = try #require(served)
        #expect(next == Self.start + 8 * Self.second)
        #expect(store.keptRollouts["default/hello"]?.contains("\"stepSize\":3") == true)
        var now = next
        var percents: [String] = []
        while shares(made).count > 1 {
            made = store.compile(at: now)
            percents.append(shares(made).last ?? "")
            if let step = made.nextStepAt {
                #expect(step == now + 4 * Self.second)
                now = step
            }
        }
        #expect(percents.prefix(3) == ["b 4", "b 7", "b 10"])
        #expect(percents.count == 33)
        #expect(percents.last == "b 100")
        #expect(made.nextStepAt == nil)
        #expect(
            made.rollouts["default/hello"]
                == "{\"configurations\":[{\"configurationName\":\"hello\",\"percent\":100,"
                + "\"revisions\":[{\"revisionName\":\"b\",\"percent\":100}],\"stepParams\":{}}]}")
    }

    @Test func `nothing moves before its time, and not while the first share is not served`() {
        var store = begun()
        for seconds in [0, 100, 1_000] {
            let made = store.compile(at: Self.start + Int64(seconds) * Self.second)
            #expect(shares(made) == ["a 99", "b 1"])
        }
        store.served(at: Self.start + 4 * Self.second)
        let made = store.compile(at: Self.start + 7 * Self.second)
        #expect(shares(made) == ["a 99", "b 1"])
        #expect(made.nextStepAt == Self.start + 8 * Self.second)
    }

    @Test func `the state is the annotation of the Ingress, and survives a restart`() throws {
        var store = begun()
        _ = store.compile(at: Self.start)
        store.served(at: Self.start + 4 * Self.second)
        let made = store.compile(at: Self.start + 8 * Self.second)
        let text = try #require(made.rollouts["default/hello"])
        #expect(
            made.ingress("default", "hello")?
                .annotations["networking.internal.knative.dev/rollout"] == text)
        #expect(
            text == "{\"configurations\":[{\"configurationName\":\"hello\",\"percent\":100,"
                + "\"revisions\":[{\"revisionName\":\"a\",\"percent\":96},"
                + "{\"revisionName\":\"b\",\"percent\":4}],\"stepParams\":{"
                + "\"starttime\":1700000000000000000,\"nextStepTime\":1700000012000000000,"
                + "\"stepDuration\":4000000000,\"stepSize\":3}}]}")

        var fresh = ManifestStore(options: ManifestOptions().keepingIngresses)
        fresh.restore(rollouts: made.rollouts)
        fresh.load(file: "a.yaml", text: Self.service())
        fresh.load(file: "b.yaml", text: Self.revisions("a", "b"))
        let again = fresh.compile(at: Self.start + 9 * Self.second)
        #expect(again.routes == made.routes)
        #expect(again.rollouts == made.rollouts)
        #expect(again.notices == [])
        // A restart long after goes on with one step.
        #expect(shares(fresh.compile(at: Self.start + 900 * Self.second)) == ["a 93", "b 7"])
    }

    @Test(arguments: [
        "", "[", "{\"configurations\": 1}",
        "{\"configurations\":[{\"configurationName\":\"hello\",\"percent\":100,\"revisions\":"
            + "[{\"revisionName\":\"a\",\"percent\":98}]}]}",
        "{\"configurations\":[{\"configurationName\":\"hello\",\"percent\":100,\"revisions\":"
            + "[{\"revisionName\":\"a\",\"percent\":100}],\"stepParams\":{\"stepSize\":101}}]}",
    ])
    func `an unknown state switches at once, and says so`(text: String) {
        var store = ManifestStore(options: ManifestOptions().keepingIngresses)
        store.restore(rollouts: ["default/hello": text, "nonsense": text])
        store.load(file: "a.yaml", text: Self.service())
        store.load(file: "b.yaml", text: Self.revisions("a", "b"))
        let made = store.compile(at: Self.start)
        #expect(shares(made) == ["b 100"])
        #expect(
            made.notices.map(\.wrong) == [
                "nothing is known of a rollout: revision \"b\" takes over at once"
            ])
    }

    @Test func `the first revision of a Route is no rollout`() {
        var store = store(Self.service(), Self.revisions("a"))
        let made = store.compile(at: Self.start)
        #expect(shares(made) == ["a 100"] && made.notices == [] && made.nextStepAt == nil)
    }

    @Test func `a third revision joins, and drains the newest of the older first`() {
        var store = begun()
        _ = store.compile(at: Self.start)
        store.served(at: Self.start + 10 * Self.second)
        let step = Self.start + 20 * Self.second
        #expect(shares(store.compile(at: step)) == ["a 90", "b 10"])
        store.load(file: "b.yaml", text: Self.revisions("a", "b", "c"))
        #expect(shares(store.compile(at: step + 1)) == ["a 90", "b 9", "c 1"])
        store.served(at: step + 1 + 10 * Self.second)
        let made = store.compile(at: step + 21 * Self.second)
        #expect(shares(made) == ["a 90", "c 10"])
    }

    @Test func `a percent that grows goes to the newest, one that shrinks costs the oldest`() {
        func service(_ percent: Int) -> String {
            Self.service(
                traffic: "{latestRevision: true, percent: \(percent)}, "
                    + "{revisionName: z, percent: \(100 - percent)}")
        }
        var store = begun(service(50))
        #expect(shares(store.compile(at: Self.start)) == ["a 49", "b 1", "z 50"])
        store.load(file: "a.yaml", text: service(60))
        #expect(shares(store.compile(at: Self.start)) == ["a 49", "b 11", "z 40"])
        store.load(file: "a.yaml", text: service(20))
        #expect(shares(store.compile(at: Self.start)) == ["a 9", "b 11", "z 80"])
        store.load(file: "a.yaml", text: service(1))
        #expect(shares(store.compile(at: Self.start)) == ["b 1", "z 99"])
    }

    @Test func `a tag rolls out by its own, a new tag at once`() {
        let tagged = "{latestRevision: true, percent: 100, tag: t}"
        var store = begun(Self.service(traffic: tagged))
        let made = store.compile(at: Self.start)
        #expect(shares(made) == ["a 99", "b 1"])
        #expect(shares(made, tag: "t") == ["a 99", "b 1"])
        let targets = made.objects.first { $0.kind == "Service" }?.targets ?? []
        #expect(targets.map(\.revision) == ["a", "b"])
        #expect(targets.map(\.percent) == [99, 1])
        #expect(targets.map(\.addressCount) == [1, 1])
        store.load(file: "a.yaml", text: Self.service(traffic: tagged.replacing("t}", with: "u}")))
        let other = store.compile(at: Self.start)
        #expect(shares(other, tag: "u") == ["b 100"])
        #expect(shares(other) == ["a 99", "b 1"])
    }

    @Test func `a rule to a tag that rolls out has its shares`() throws {
        let service = Self.service(traffic: "{latestRevision: true, percent: 100, tag: t}")
            .replacing("annotations: {", with: "annotations: {weir.dev/rules: '[{tag: t}]', ")
        var store = begun(service)
        let made = store.compile(at: Self.start)
        let path = try AnnotationTests.paths(made, "hello.default.example.com")[0]
        #expect(path.trafficRules.map { $0.splits.map(\.revision) } == [["a", "b"]])
        #expect(path.trafficRules[0].splits.map(\.share) == [990_000, 10_000])
    }

    @Test func `a revision that vanishes loses its share, and one that comes back keeps it`() {
        var store = begun()
        _ = store.compile(at: Self.start)
        store.served(at: Self.start + 10 * Self.second)
        let step = Self.start + 20 * Self.second
        #expect(shares(store.compile(at: step)) == ["a 90", "b 10"])
        // The new one turns out not to be ready: back to the older, by the same way.
        let failing =
            Self.revisions("a")
            + revision(
                "b", extra: "status: {conditions: [{type: Ready, status: 'False'}]}")
        store.load(file: "b.yaml", text: failing)
        #expect(shares(store.compile(at: step)) == ["a 100"])
        store.load(file: "b.yaml", text: Self.revisions("a", "b"))
        #expect(shares(store.compile(at: step)) == ["a 99", "b 1"])
        store.load(file: "b.yaml", text: Self.revisions("b"))
        #expect(shares(store.compile(at: step)) == ["b 100"])
    }

    @Test func `the duration is the Route's, else config-network's`() {
        func network(_ text: String) -> String {
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: config-network}
            data: {rollout-duration: "\(text)"}
            ---

            """
        }
        for (service, isGradual) in [
            (network("120") + Self.service(nil), true), (Self.service(nil), false),
            (network("120") + Self.service("0s"), false), (network("0") + Self.service("2m"), true),
        ] {
            var store = begun(service)
            #expect(
                shares(store.compile(at: Self.start)) == (isGradual ? ["a 99", "b 1"] : ["b 100"]))
        }
        for text in ["380s", "-1", "1.5", "99999999999"] {
            let made = compilation(network(text))
            #expect(made.faults.map(\.wrong) == ["invalid value: \(text)"])
            #expect(made.faults.map(\.field) == ["data.rollout-duration"])
        }
    }

    @Test func `a duration that comes together with a new revision counts`() {
        var store = store(Self.service(nil), Self.revisions("a"))
        #expect(store.compile(at: Self.start).rollouts == [:])
        store.load(file: "a.yaml", text: Self.service())
        store.load(file: "b.yaml", text: Self.revisions("a", "b"))
        let made = store.compile(at: Self.start)
        #expect(shares(made) == ["a 99", "b 1"] && made.notices == [])
        #expect(store.served(at: Self.start + 4 * Self.second) == Self.start + 8 * Self.second)
        // A Route that is gone is forgotten: what comes back is new.
        store.remove(file: "a.yaml")
        #expect(store.compile(at: Self.start).nextStepAt == nil)
        store.load(file: "a.yaml", text: Self.service())
        #expect(shares(store.compile(at: Self.start)) == ["b 100"])
    }

    @Test func `however many revisions come, only so many are underway at once`() {
        var store = store(Self.service(), revision("r-1"))
        _ = store.compile(at: Self.start)
        for count in 2...90 {
            // A percent that grows gives each newest revision one more than it gives away.
            let traffic =
                "{latestRevision: true, percent: \(count)}, "
                + "{revisionName: z, percent: \(100 - count)}"
            store.load(file: "a.yaml", text: Self.service(traffic: traffic))
            store.load(file: "z.yaml", text: revision("z", of: "other"))
            _ = store.compile(at: Self.start)
            store.load(
                file: "b.yaml", text: (1...count).map { revision("r-\($0)") }.joined())
            let made = store.compile(at: Self.start)
            let splits = made.routes[0].rules[0].paths[0].splits
            #expect(splits.count <= 33 && splits.reduce(0) { $0 + $1.share } == Share.whole)
            #expect(shares(made).contains { $0.hasPrefix("r-\(count) ") })
        }
        let made = store.compile(at: Self.start)
        #expect(made.routes[0].rules[0].paths[0].splits.count == 33)
    }

    // MARK: Refused Routes

    /// The Service with an authority that is not loaded: refused by compiling, not by reading.
    private static let refused = service().replacing(
        "annotations: {", with: "annotations: {weir.dev/client-ca: gone, ")

    @Test func `a Route that is refused makes no step, and goes on where it was`() {
        var store = begun()
        _ = store.compile(at: Self.start)
        store.served(at: Self.start + 10 * Self.second)
        let step = Self.start + 20 * Self.second
        #expect(shares(store.compile(at: step)) == ["a 90", "b 10"])
        store.load(file: "a.yaml", text: Self.refused)
        for seconds in [1, 100, 1_000] {
            let made = store.compile(at: step + Int64(seconds) * Self.second)
            #expect(made.faults.map(\.wrong) == ["Secret \"gone\" is not loaded"])
            #expect(shares(made) == ["a 90", "b 10"])
            #expect(made.nextStepAt == nil)
        }
        store.load(file: "a.yaml", text: Self.service())
        let again = step + 1_000 * Self.second
        let made = store.compile(at: again)
        #expect(shares(made) == ["a 81", "b 19"])
        #expect(made.nextStepAt == again + 10 * Self.second)
    }

    @Test func `a pace that was found just before a Route is refused is kept`() {
        var store = begun()
        _ = store.compile(at: Self.start)
        store.served(at: Self.start + 10 * Self.second)
        store.load(file: "a.yaml", text: Self.refused)
        let pace = "\"stepDuration\":10000000000"
        for _ in 0..<3 {
            let made = store.compile(at: Self.start + 11 * Self.second)
            #expect(made.rollouts["default/hello"]?.contains(pace) == true)
            #expect(store.served(at: Self.start + 30 * Self.second) == nil)
        }
        store.load(file: "a.yaml", text: Self.service())
        #expect(shares(store.compile(at: Self.start + 40 * Self.second)) == ["a 90", "b 10"])
    }

    @Test func `what a run before has said stays until its Route is compiled`() throws {
        var store = begun()
        _ = store.compile(at: Self.start)
        store.served(at: Self.start + 4 * Self.second)
        let made = store.compile(at: Self.start + 8 * Self.second)
        let now = Self.start + 9 * Self.second
        var fresh = ManifestStore(options: ManifestOptions().keepingIngresses)
        fresh.restore(rollouts: made.rollouts)
        // An object that may be the Route's looks for it, and there is none yet.
        fresh.load(file: "b.yaml", text: Self.revisions("a", "b"))
        fresh.load(file: "c.yaml", text: Self.service("5s"))
        fresh.remove(file: "c.yaml")
        #expect(fresh.compile(at: now).rollouts == made.rollouts)
        fresh.load(file: "a.yaml", text: Self.refused)
        #expect(fresh.compile(at: now).rollouts == made.rollouts)
        fresh.load(file: "a.yaml", text: Self.service())
        let again = fresh.compile(at: now)
        #expect(again.routes == made.routes && again.rollouts == made.rollouts)
    }

    @Test func `a first share is not timed while its Route is refused`() {
        var store = begun()
        _ = store.compile(at: Self.start)
        store.load(file: "a.yaml", text: Self.refused)
        _ = store.compile(at: Self.start)
        for _ in 0..<3 { #expect(store.served(at: Self.start + 4 * Self.second) == nil) }
        store.load(file: "a.yaml", text: Self.service())
        #expect(shares(store.compile(at: Self.start)) == ["a 99", "b 1"])
        let next = store.served(at: Self.start + 4 * Self.second)
        #expect(next == Self.start + 8 * Self.second)
    }

    @Test func `without a time, and after the duration is gone, the newest takes all`() {
        var store = begun()
        #expect(shares(store.compile()) == ["b 100"])
        var other = begun()
        #expect(shares(other.compile(at: Self.start)) == ["a 99", "b 1"])
        other.load(file: "a.yaml", text: Self.service(nil))
        let made = other.compile(at: Self.start)
        #expect(shares(made) == ["b 100"])
        #expect(made.rollouts == [:] && made.nextStepAt == nil)
    }

    @Test func `whatever happens, the shares sum to the whole and the end is reached`() {
        var generator = Seeded(state: 7)
        let names = ["a", "b", "c", "d", "e"]
        for _ in 0..<8 {
            var store = store(Self.service("60s"), Self.revisions("a"))
            var now = Self.start
            _ = store.compile(at: now)
            for _ in 0..<40 {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0:
                    let count = Int.random(in: 1...5, using: &generator)
                    store.load(
                        file: "b.yaml",
                        text: names.prefix(count).map { Self.revisions($0) }.joined())
                case 1: store.served(at: now)
                case 2: now += Int64.random(in: 0...20, using: &generator) * Self.second
                default: now = store.compile(at: now).nextStepAt ?? now
                }
                let made = store.compile(at: now)
                let splits = made.routes[0].rules[0].paths[0].splits
                #expect(splits.reduce(0) { $0 + $1.share } == Share.whole)
                #expect(splits.allSatisfy { $0.share > 0 })
            }
            var made = store.compile(at: now)
            var steps = 0
            while made.routes[0].rules[0].paths[0].splits.count > 1, steps < 200 {
                now = store.served(at: now) ?? now
                made = store.compile(at: now)
                steps += 1
            }
            #expect(steps < 200)
        }
    }
}
