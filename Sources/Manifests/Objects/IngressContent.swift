internal import Routing

/// An Ingress as loaded: its specification, and what its annotations say.
struct IngressContent: Hashable, Sendable {
    var spec: IngressSpec
    /// The tag that each host serves: Serving's annotation tag-to-host, turned around.
    var tagsByHost: [String: String]
    var choices: GatewayChoices

    init(_ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws) {
        spec = IngressReader.read(root, meta, &flaws)
        tagsByHost = Self.tagsByHost(root["metadata"]["annotations"], &flaws)
        choices = GatewayChoices(.ingress, meta, root["metadata"], &flaws)
        if let client = choices.client, spec.rules.contains(where: \.hosts.isEmpty) {
            // Who speaks TLS to no known host cannot be asked.
            flaws.refuse(
                Flaw(
                    line: client.line, field: "metadata.annotations.\(KnownName.clientCA)",
                    wrong: "a rule without hosts cannot ask for client certificates",
                    right: "write its hosts"))
        }
        var tags = Set(tagsByHost.values)
        var revisions: Set<String> = []
        for path in spec.rules.flatMap({ $0.paths ?? [] }) {
            if let tag = path.tag, !tag.isEmpty { tags.insert(tag) }
            for split in path.splits { revisions.insert(split.revision) }
        }
        IngressLint.remark(root["spec"]["rules"], &flaws)
        choices.rules.checkTargets(tags: tags, revisions: revisions, &flaws)
    }

    private static func tagsByHost(
        _ annotations: Cursor, _ flaws: inout Flaws
    ) -> [String: String] {
        let cursor = annotations[KnownName.tagToHost]
        var inner = Flaws()
        var tags: [String: String] = [:]
        for (tag, hosts) in cursor.inner(&inner)?.entries(&inner) ?? [] {
            for host in hosts.items(&inner) { tags[host.text(&inner)] = tag }
        }
        if let flaw = inner.errors.first {
            flaws.warn(cursor, flaw.wrong, right: "write JSON: {tag: [hosts]}")
        }
        return tags
    }
}

extension IngressPath {
    /// The tag that the path's header condition asks for; nil without such a condition.
    var tag: String? {
        headers.list.first { $0.name.lowercased() == KnownName.tagHeader.lowercased() }?.value
    }
}

extension IngressSplit {
    /// The revision's name, or the Service's where none is said.
    var revision: String { appendHeaders[KnownName.revisionHeader] ?? serviceName }
}
