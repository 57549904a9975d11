internal import Logging
internal import Manifests
internal import Reactor

/// Looks at a cluster as a replica would, and says why Routes are not ready.
///
/// Reads only. What it may not read is a finding too.
package struct Doctor: Sendable {
    /// How long the cluster may take to tell all there is.
    private static let timeMax: Duration = .seconds(30)
    /// Where conf/kubernetes installs it.
    private static let usualNamespace = "weir-system"
    /// LIMIT: findings that are told.
    private static let findingsMax = 200

    private let settings: Settings
    private let environment: [String: String]
    private let logger: Logger

    /// With the settings of a gateway, which say how the cluster is reached and what is ours.
    package init(_ settings: Settings, environment: [String: String]) {
        self.settings = settings
        self.environment = environment
        logger = Gateway.logger(.error)
    }

    /// Looks at the Routes of these names (`NAMESPACE/NAME`), or at all.
    ///
    /// Throws when the cluster cannot be asked at all.
    package func examine(_ names: [NamespacedPair]) async throws(GatewayFault) -> DoctorReport {
        let access = try ClusterAccess.chosen(settings, environment)
        let client = APIClient(access, userAgent: "weir-doctor", logger: logger)
        var options = settings.watchOptions
        options.waitsForEndpoints = true
        let watch = ClusterWatch(client, options: options)
        var report = DoctorReport()
        do throws(GatewayFault) {
            let compilation = try await compilation(of: watch, &report)
            // A person's context says where that person works, not where weir runs.
            let namespace =
                settings.podNamespace
                ?? (access.isInCluster ? access.namespace : Self.usualNamespace)
            let replicas = await DoctorReplicas.read(client, namespace: namespace)
            report.replicas = replicas.live
            report.leader = replicas.leader
            report.findings += replicas.findings
            report.findings += await platform(client)
            await judge(names, watch, compilation, client, replicas, &report)
        } catch {
            watch.stop()
            await client.shutdown()
            throw error
        }
        watch.stop()
        await client.shutdown()
        report.findings = Array(report.findings.prefix(Self.findingsMax))
        return report
    }

    /// All objects, compiled as a replica compiles them.
    private func compilation(
        of watch: ClusterWatch, _ report: inout DoctorReport
    ) async throws(GatewayFault) -> Compilation {
        var store = ManifestStore(options: settings.manifestOptions)
        var last: Compilation?
        // Twice: only the objects say which Secrets there must be, and whose Endpoints.
        for _ in 0..<2 {
            let isSynced = await TimeLimit.run(Self.timeMax) { await watch.waitUntilSynced() }
            guard isSynced == true || last != nil else {
                let why = watch.problems.joined(separator: "; ")
                throw GatewayFault(
                    why.isEmpty ? "the cluster does not tell what it has in time" : why)
            }
            for (file, text) in watch.takeChanges().loaded { store.load(file: file, text: text) }
            let compilation = store.compile(at: Int64(Clock.wall()))
            watch.want(
                secrets: Set(
                    compilation.secretsWanted.map { NamespacedPair($0.namespace, $0.name) }))
            watch.want(
                endpointsOf: Set(
                    compilation.servicesUnsliced.map { NamespacedPair($0.namespace, $0.name) }))
            last = compilation
        }
        report.findings += watch.problems.map {
            Finding(
                subject: "rights", problem: $0,
                next: "apply conf/kubernetes/rbac.yaml, or give these rights to who asks")
        }
        return last ?? store.compile()
    }

    // MARK: Knative

    private func platform(_ client: APIClient) async -> [Finding] {
        let subject = "ConfigMap \(settings.systemNamespace)/config-network"
        let map: ConfigMapText
        do throws(APIFault) {
            map = try ConfigMapText(
                await client.get(
                    .configMaps, namespace: settings.systemNamespace, name: "config-network"))
        } catch {
            return [
                Finding(
                    subject: subject, problem: error.text,
                    next: "install Knative Serving, or set --system-namespace to where it is")
            ]
        }
        let wanted = settings.watchOptions.ingressClass
        let found = map.data?["ingress-class"] ?? map.data?["ingress.class"] ?? ""
        guard found != wanted else { return [] }
        return [
            Finding(
                subject: subject,
                problem: "ingress-class is \(found.isEmpty ? "not set" : found), so Routes are "
                    + "another gateway's",
                next: "kubectl patch configmap/config-network -n \(settings.systemNamespace) "
                    + "--type merge -p '{\"data\":{\"ingress-class\":\"\(wanted)\"}}'")
        ]
    }

    // MARK: Ingresses

    private func judge(
        _ names: [NamespacedPair], _ watch: ClusterWatch, _ compilation: Compilation,
        _ client: APIClient, _ replicas: DoctorReplicas, _ report: inout DoctorReport
    ) async {
        let all = watch.allFacts.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
        for facts in all {
            let pair = NamespacedPair(facts.namespace, facts.name)
            guard names.isEmpty || names.contains(pair) else { continue }
            report.ingresses += 1
            let status = IngressStatus(text: facts.status)
            let verdict = compilation.verdict(pair.namespace, pair.name)
            let judgment = IngressJudgment(
                pair: pair, facts: facts, status: status, verdict: verdict)
            if judgment.isReady { report.ready += 1 }
            report.findings += judgment.findings(replicas)
        }
        report.findings += held(all)
        for name in names where watch.facts(of: name) == nil {
            report.findings.append(await absent(name, client))
        }
        if names.isEmpty, all.isEmpty {
            for (name, count) in watch.foreignIngresses.sorted(by: { $0.key < $1.key }) {
                report.findings.append(
                    Finding(
                        subject: "Ingresses",
                        problem: "\(count) are of class \(name.isEmpty ? "none" : name), and none "
                            + "is of \(settings.watchOptions.ingressClass)",
                        next: "set ingress-class in config-network, or --ingress-class here"))
            }
        }
    }

    /// What the ingress before has left behind: one finding for all.
    private func held(_ all: [IngressFacts]) -> [Finding] {
        let held = all.filter(\.isHeld)
        guard let first = held.first(where: \.isDeleting) ?? held.first else { return [] }
        let others = held.count == 1 ? "" : "; \(held.count - 1) more have it"
        return [
            Finding(
                subject: "Ingress \(first.namespace)/\(first.name)",
                problem:
                    "has the finalizer \(ClusterObject.finalizer) of the ingress before, which "
                    + "nobody removes, so it cannot be deleted\(others)",
                next: "kubectl patch kingress -n \(first.namespace) \(first.name) --type merge "
                    + "-p '{\"metadata\":{\"finalizers\":null}}'; README has a loop for all")
        ]
    }

    /// Why a name has no Ingress of ours.
    private func absent(_ pair: NamespacedPair, _ client: APIClient) async -> Finding {
        let wanted = settings.watchOptions.ingressClass
        do throws(APIFault) {
            let object = try ConfigMapText(
                await client.get(.ingresses, namespace: pair.namespace, name: pair.name))
            let found = object.metadata?.annotations?["networking.knative.dev/ingress.class"] ?? ""
            return Finding(
                subject: "Ingress \(pair)",
                problem: "is of class \(found.isEmpty ? "none" : found), not \(wanted)",
                next:
                    "set ingress-class in config-network; Serving moves its Routes within minutes, "
                    + "but those that have a class of their own")
        } catch {
            guard error == .notFound else {
                return Finding(
                    subject: "Ingress \(pair)", problem: error.text,
                    next: "give the right to get Ingresses to who asks")
            }
            return Finding(
                subject: "Ingress \(pair)",
                problem: "is not there: Serving has not made it",
                next: "kubectl describe route.serving.knative.dev -n \(pair.namespace) \(pair.name)"
            )
        }
    }
}
