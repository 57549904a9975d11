/// A DomainMapping: a name of its own for something that has an address in the cluster (§1.11).
struct DomainMappingContent: Hashable, Sendable {
    /// What is mapped to; it lives in the mapping's namespace.
    var target: Target
    /// The Secret with a certificate for the name; empty for none.
    var secretName: String
    /// Where the Secret is named.
    var secretLine: Int
    var choices: GatewayChoices

    struct Target: Hashable, Sendable {
        /// A Route, a Knative Service or a core Service.
        var kind: ObjectKind
        var name: String
        /// Where it is named.
        var line: Int
    }

    init(
        _ root: Cursor, _ meta: ObjectMeta, _ options: ManifestOptions, _ flaws: inout Flaws
    ) {
        let spec = root["spec"]
        spec.warnOfFields(notIn: ["ref", "tls"], &flaws)
        Self.check(meta, root["metadata"]["name"], options, &flaws)
        target = Self.target(spec["ref"], meta, &flaws)
        secretName = spec["tls"]["secretName"].text(&flaws)
        secretLine = spec["tls"]["secretName"].line
        if spec["tls"].isPresent, secretName.isEmpty {
            flaws.refuse(
                spec["tls"]["secretName"], "missing field(s)", right: "name the Secret")
        }
        choices = GatewayChoices(.domainMapping, meta, root["metadata"], &flaws)
    }

    /// The name is a domain, and not one of the cluster's own.
    private static func check(
        _ meta: ObjectMeta, _ cursor: Cursor, _ options: ManifestOptions, _ flaws: inout Flaws
    ) {
        let name = meta.name
        if name.isEmpty { return }
        if !DNSName.isFullyQualified(name) {
            flaws.refuse(
                cursor, "invalid name \"\(name)\": not a fully qualified domain name",
                right: "write a name like www.example.com")
        }
        if name == options.clusterDomain || name.hasSuffix(".\(options.clusterDomain)") {
            flaws.refuse(
                cursor,
                "invalid name \"\(name)\": must not be a subdomain of cluster local domain "
                    + "\"\(options.clusterDomain)\"",
                right: "write a name outside of the cluster")
        }
    }

    private static func target(
        _ ref: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws
    ) -> Target {
        let kind = ref["kind"].text(&flaws)
        let name = ref["name"].text(&flaws)
        let version = ref["apiVersion"].text(&flaws)
        for (field, value) in [("kind", kind), ("name", name), ("apiVersion", version)]
        where value.isEmpty && !(field == "apiVersion" && ref["group"].isPresent) {
            flaws.refuse(ref[field], "missing field(s)", right: "write \(field)")
        }
        let namespace = ref["namespace"].text(&flaws)
        if !namespace.isEmpty, namespace != meta.namespace {
            flaws.refuse(
                ref["namespace"],
                "mismatched namespaces: \"\(namespace)\" is not the mapping's",
                right: "leave it out, or write \(meta.namespace)")
        }
        let parts = version.split(separator: "/")
        let group =
            version.isEmpty ? ref["group"].text(&flaws) : parts.count == 2 ? String(parts[0]) : ""
        let kinds: [ObjectKind] = [.route, .service, .coreService]
        guard let known = kinds.first(where: { $0.name == kind && $0.group == group }) else {
            if !kind.isEmpty {
                flaws.refuse(
                    ref, "\(kind) of \(group.isEmpty ? "core" : group) has no address known here",
                    right: "name a Route or Service of serving.knative.dev, or a Service of v1")
            }
            return Target(kind: .service, name: name, line: ref["name"].line)
        }
        return Target(kind: known, name: name, line: ref["name"].line)
    }
}
