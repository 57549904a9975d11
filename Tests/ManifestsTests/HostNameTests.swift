import Manifests
import Testing

/// §1.7, §1.8 and the host side of §1.10.
struct HostNameTests {
    private static func configMap(_ name: String, _ data: String) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: \(name), namespace: knative-serving}
        data:
        \(data)
        ---

        """
    }

    private static func route(
        labels: String = "{}", annotations: String = "{}", name: String = "hello",
        namespace: String = "team"
    ) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Route
        metadata: {name: \(name), namespace: \(namespace), labels: \(labels), annotations: \(annotations)}
        spec:
          traffic:
          - {revisionName: a, percent: 100}
          - {revisionName: a, tag: next}
        ---
        {apiVersion: serving.knative.dev/v1, kind: Revision, metadata: {name: a, namespace: \(namespace)}}
        ---

        """
    }

    private static func hosts(_ compilation: Compilation) -> [[String]] {
        compilation.routes.first?.rules.map(\.hosts) ?? []
    }

    @Test func `a Route has three local hosts and one public, and so has each tag`() {
        let made = compilation(Self.route())
        #expect(made.faults == [] && made.notices == [])
        #expect(
            Self.hosts(made) == [
                ["hello.team", "hello.team.svc", "hello.team.svc.cluster.local"],
                ["hello.team.example.com"],
                ["next-hello.team", "next-hello.team.svc", "next-hello.team.svc.cluster.local"],
                ["next-hello.team.example.com"],
            ])
        #expect(made.routes.first?.rules.map(\.isExternal) == [false, true, false, true])
    }

    @Test func `settings name the domains`() {
        let options = ManifestOptions(defaultDomain: "weir.test", clusterDomain: "corp.local")
        #expect(
            Self.hosts(compilation(Self.route(), options: options)).prefix(2) == [
                ["hello.team", "hello.team.svc", "hello.team.svc.corp.local"],
                ["hello.team.weir.test"],
            ])
    }

    @Test func `a local host variant that ends in a number is left out`() {
        let made = compilation(Self.route(namespace: "'42'"))
        #expect(
            Self.hosts(made).first == ["hello.42.svc", "hello.42.svc.cluster.local"])
    }

    /// Labels of the Route and the domain that it gets.
    static let domains: [(String, String)] = [
        ("{}", "z.test"),
        ("{app: web}", "web.test"),
        ("{app: web, tier: front}", "front.test"),
        ("{app: web, tier: back}", "web.test"),
        ("{tier: front}", "a-tier.test"),
    ]

    @Test(arguments: domains)
    func `config-domain chooses by the most labels, then by name`(
        labels: String, domain: String
    ) {
        let map = Self.configMap(
            "config-domain",
            """
              _example: "not: [read"
              z.test: ""
              zz.test: "selector: {}"
              web.test: |
                selector:
                  app: web
              front.test: "selector: {app: web, tier: front}"
              a-tier.test: "selector: {tier: front}"
              b-tier.test: "selector: {tier: front}\\ntype: wildcard"
            """)
        let made = compilation(map + Self.route(labels: labels))
        #expect(made.faults == [])
        #expect(Self.hosts(made)[1] == ["hello.team.\(domain)"])
    }

    @Test func `without a default domain, Routes stay inside the cluster`() {
        let made = compilation(
            Self.configMap("config-domain", "  web.test: 'selector: {app: web}'") + Self.route())
        #expect(made.routes.first?.rules.allSatisfy { !$0.isExternal } == true)
        #expect(made.notices.map(\.field) == ["data"])
        #expect(
            made.objects.first { $0.kind == "Route" }?.url
                == "http://hello.team.svc.cluster.local")
    }

    @Test func `the label cluster-local keeps every group inside`() {
        let label = "{networking.knative.dev/visibility: cluster-local}"
        let made = compilation(Self.route(labels: label))
        #expect(made.routes.first?.rules.map(\.isExternal) == [false, false])
        let other = compilation(
            Self.route(labels: "{networking.knative.dev/visibility: Cluster-Local}"))
        #expect(other.routes.first?.rules.map(\.isExternal) == [false, true, false, true])
    }

    @Test(arguments: [("hello", [false, false, true]), ("next-hello", [false, true, false])])
    func `the label on a placeholder Service keeps one group inside`(
        name: String, isExternal: [Bool]
    ) {
        let made = compilation(
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: \(name)
              namespace: team
              labels: {networking.knative.dev/visibility: cluster-local}
            spec: {type: ExternalName, externalName: x}
            ---

            """ + Self.route())
        #expect(made.routes.first?.rules.map(\.isExternal) == isExternal)
    }

    /// domain-template, tag-template, and the four groups' public hosts.
    static let templates: [(String, String, String, String)] = [
        (
            "{{.Name}}-{{.Namespace}}.{{.Domain}}", "{{.Name}}-{{.Tag}}",
            "hello-team.example.com", "hello-next-team.example.com"
        ),
        (
            "{{if index .Annotations \"sub\"}}{{.Name}}.{{index .Annotations \"sub\"}}"
                + "{{else}}{{.Name}}{{end}}.{{.Domain}}",
            "{{.Tag}}--{{.Name}}", "hello.blue.example.com", "next--hello.blue.example.com"
        ),
        (
            "{{- .Name -}} .x. {{- .Domain }}", "{{/* c */}}{{ .Tag }}-{{ .Name }}",
            "hello.x.example.com", "next-hello.x.example.com"
        ),
        (
            "{{if eq .Namespace \"a\" \"b\"}}x{{else if ne .Name \"q\"}}y{{else}}z{{end}}.{{.Domain}}",
            "{{printf \"%s-%v\" .Tag .Name}}", "y.example.com", "y.example.com"
        ),
        (
            "{{if and (index .Labels `app`) (not false)}}{{.Labels.app}}.{{end}}{{.Name}}.{{.Domain}}",
            "{{.Name | printf \"%s-%s\" .Tag}}", "web.hello.example.com",
            "web.next-hello.example.com"
        ),
        (
            "{{or (index .Annotations \"none\") .Name}}.{{print .Domain}}", "{{.Tag}}-{{.Name}}",
            "hello.example.com", "next-hello.example.com"
        ),
    ]

    @Test(arguments: templates)
    func `templates make host names`(
        domain: String, tag: String, plain: String, tagged: String
    ) {
        let made = compilation(
            Self.configMap(
                "config-network", "  domain-template: '\(domain)'\n  tag-template: '\(tag)'")
                + Self.route(labels: "{app: web}", annotations: "{sub: blue}"))
        #expect(made.faults == [])
        #expect(Self.hosts(made)[1] == [plain])
        #expect(Self.hosts(made)[3] == [tagged])
    }

    /// A template, and what is wrong with it.
    static let badTemplates: [(String, String)] = [
        ("{{.Name", "{{ is not closed"),
        ("{{.Nme}}.{{.Domain}}", "can't evaluate field Nme"),
        ("{{range .Labels}}x{{end}}", "{{range}} is not supported"),
        ("{{with .Name}}x{{end}}", "{{with}} is not supported"),
        ("{{if .Name}}x", "{{if}} has no {{end}}"),
        ("x{{end}}", "unexpected {{end}}"),
        ("{{upper .Name}}", "function \"upper\" is not supported"),
        ("{{$x := .Name}}", "\"$\" is not supported"),
        ("{{.}}", "\".\" alone is not supported"),
        ("{{index .Name 1}}", "index needs a map and a string"),
        ("{{printf \"%d\" 3}}", "printf knows only %s, %v and %%"),
        ("{{(.Name}}", "a parenthesis is not closed"),
        ("{{.Name)}}", "a parenthesis is not opened"),
        ("{{.Name | }}", "a command is empty"),
        ("{{eq .Name}}", "wrong arguments for eq"),
        ("{{\"a}}", "a string is not closed"),
    ]

    @Test(arguments: badTemplates)
    func `a template that is not supported refuses the ConfigMap alone`(
        template: String, wrong: String
    ) throws {
        let made = compilation(
            Self.configMap("config-network", "  domain-template: '\(template)'") + Self.route())
        let fault = try #require(made.faults.first)
        #expect(fault.wrong == wrong)
        #expect(fault.field == "data.domain-template")
        #expect(Self.hosts(made)[1] == ["hello.team.example.com"])
    }

    @Test func `a name that is no domain refuses the Route and keeps its last good form`() throws {
        var store = store(Self.route())
        let before = store.compile()
        store.load(
            file: "network.yaml",
            text: Self.configMap("config-network", "  domain-template: '{{.Labels.x}}.{{.Domain}}'")
        )
        let after = store.compile()
        #expect(after.routes == before.routes)
        #expect(
            after.faults.map(\.wrong) == ["invalid domain name \"<no value>.example.com\""])
        #expect(after.objects.first { $0.kind == "Route" }?.status == .lastGoodKept)
        store.remove(file: "network.yaml")
        #expect(store.compile().faults == [])
    }

    @Test func `a tag and name that are too long together are refused`() {
        let name = String(repeating: "a", count: 60)
        let made = compilation(Self.route(name: name))
        #expect(made.routes == [])
        #expect(
            made.faults.map(\.wrong) == [
                "invalid domain name \"next-\(name).team.svc.cluster.local\""
            ])
    }

    /// Annotation of the Route, http-protocol of config-network, what the Ingress says.
    static let options: [(String, String, String?)] = [
        ("", "", "Enabled"),
        ("", "Redirected", "Redirected"),
        ("", "disabled", ""),
        ("networking.knative.dev/http-protocol: Redirected", "", "Redirected"),
        ("networking.knative.dev/httpOption: enabled", "redirected", "Enabled"),
        ("networking.knative.dev/http-protocol: never", "", nil),
    ]

    @Test(arguments: options)
    func `the httpOption comes from the annotation, then from config-network`(
        annotation: String, network: String, option: String?
    ) {
        let made = compilation(
            Self.configMap("config-network", "  http-protocol: '\(network)'")
                + Self.route(annotations: "{\(annotation)}"))
        let ingress = made.ingress("team", "hello")
        if let option {
            let field = option.isEmpty ? "}]}}]}" : "}]}}],\"httpOption\":\"\(option)\"}"
            #expect(ingress?.specification.hasSuffix(field) == true)
        } else {
            #expect(made.faults.map(\.wrong) == ["incorrect http-protocol annotation: never"])
        }
        // There is no certificate: nobody is redirected to one.
        #expect(made.routes.allSatisfy { $0.rules.allSatisfy { !$0.redirectsToHTTPS } })
    }

    @Test func `annotations go on to the Ingress, with the class and without kubectl's`() {
        let made = compilation(
            Self.route(
                annotations: "{a: b, kubectl.kubernetes.io/last-applied-configuration: x, "
                    + "networking.knative.dev/ingress-class: own}"))
        let annotations = made.ingress("team", "hello")?.annotations
        #expect(
            annotations == [
                "a": "b", "networking.knative.dev/ingress.class": "own",
                "networking.internal.knative.dev/rollout": "{}",
                "networking.internal.knative.dev/tag-to-host":
                    "{\"next\":[\"next-hello.team.svc.cluster.local\","
                    + "\"next-hello.team.example.com\"]}",
            ])
    }

    @Test func `system-internal-tls goes to port 443`() {
        let made = compilation(
            Self.configMap("config-network", "  system-internal-tls: Enabled") + Self.route())
        let ports = made.routes.first?.rules[0].paths[0].splits.map(\.destinations.port)
        #expect(ports == ["443"])
        #expect(made.notices.filter { $0.kind == "ConfigMap" } == [])
    }

    @Test func `ConfigMaps count only in the system namespace`() {
        let made = compilation(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: config-domain, namespace: other}
            data: {other.test: ""}
            ---

            """ + Self.route())
        #expect(Self.hosts(made)[1] == ["hello.team.example.com"])
        #expect(made.notices.map(\.wrong) == ["is not read in other"])
    }
}
