import Manifests
import Routing
import Testing

/// Several objects want one host.
struct HostClaimTests {
    private static func ingress(_ name: String, _ hosts: [String]) -> String {
        """
        apiVersion: networking.internal.knative.dev/v1alpha1
        kind: Ingress
        metadata: {name: \(name)}
        spec: {rules: [{hosts: [\(hosts.joined(separator: ", "))], http: {paths: [{splits: [
          {serviceNamespace: default, serviceName: s, servicePort: 80}]}]}}]}
        ---

        """
    }

    /// What is said of them, plainly: of the Ingresses by file, the first that wants a host has it.
    private static func said(_ hosts: [String: Set<String>]) -> [String] {
        Set(hosts.values.joined()).sorted().flatMap { host in
            let claimants = hosts.keys.filter { hosts[$0]?.contains(host) == true }.sorted()
            return claimants.dropFirst().map {
                "\($0): host \(host) is served by the older Ingress default/\(claimants[0])"
            }
        }
    }

    private static func said(_ made: Compilation) -> [String] {
        made.notices.map { "\($0.name): \($0.wrong)" }
    }

    @Test(arguments: 1...4)
    func `whoever comes and goes, the first has the host and the others are told`(seed: UInt64) {
        var generator = Seeded(state: seed)
        var store = ManifestStore()
        var hosts: [String: Set<String>] = [:]
        for _ in 0..<60 {
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let name = "i\(Int.random(in: 0..<9, using: &generator))"
                if hosts[name] != nil, Bool.random(using: &generator) {
                    hosts[name] = nil
                    store.remove(file: name)
                    continue
                }
                let wanted = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                    "h\(Int.random(in: 0..<7, using: &generator)).test"
                }
                hosts[name] = Set(wanted)
                store.load(file: name, text: Self.ingress(name, hosts[name]?.sorted() ?? []))
            }
            let made = store.compile()
            #expect(Self.said(made) == Self.said(hosts))
        }
        for name in hosts.keys.sorted() {
            store.remove(file: name)
            hosts[name] = nil
            #expect(Self.said(store.compile()) == Self.said(hosts))
        }
    }

    @Test func `many that want one host are told, each once, whoever has it`() {
        let names = (100..<300).map { "i\($0)" }
        var store = ManifestStore()
        store.load(file: "b", text: names.map { Self.ingress($0, ["h.test"]) }.joined())
        store.load(file: "a", text: Self.ingress("first", ["h.test"]))
        let made = store.compile()
        #expect(made.notices.map(\.name) == names)
        #expect(made.notices.allSatisfy { $0.wrong.hasSuffix("Ingress default/first") })
        store.remove(file: "a")
        let left = store.compile()
        #expect(left.notices.map(\.name) == Array(names.dropFirst()))
        #expect(left.notices.allSatisfy { $0.wrong.hasSuffix("Ingress default/i100") })
    }

    @Test func `two that want the same hosts are in conflict over each of them`() {
        let hosts = (100..<400).map { "h\($0).test" }
        var store = ManifestStore()
        store.load(file: "a", text: Self.ingress("x", hosts))
        store.load(file: "b", text: Self.ingress("z", hosts.reversed()))
        #expect(
            Self.said(store.compile())
                == hosts.map { "z: host \($0) is served by the older Ingress default/x" })
        store.load(file: "a", text: Self.ingress("x", [hosts[7]]))
        #expect(
            Self.said(store.compile())
                == ["z: host \(hosts[7]) is served by the older Ingress default/x"])
        store.remove(file: "a")
        #expect(store.compile().notices == [])
    }

    @Test func `a rule for any host and the host of that sign are one claim of an object`() {
        let text = Self.ingress("x", ["'*'"]).replacing(
            "rules: [",
            with: """
                rules: [{http: {paths: [{splits: [
                  {serviceNamespace: default, serviceName: s, servicePort: 80}]}]}}, 
                """)
        var store = ManifestStore()
        store.load(file: "a", text: text)
        #expect(store.compile().notices == [] && store.compile().faults == [])
        store.load(file: "b", text: text.replacing("name: x", with: "name: z"))
        #expect(
            Self.said(store.compile()) == ["z: host * is served by the older Ingress default/x"])
        store.remove(file: "a")
        #expect(store.compile().notices == [])
    }
}
