/// What somebody may do, as a rule of a Role or ClusterRole says it.
package struct AccessRule: Sendable, Equatable {
    package var apiGroups: [String]
    /// Plurals, with the subresource as `ingresses/status`; `*` for all.
    package var resources: [String]
    package var verbs: [String]
    /// The only names that it is about; none means all.
    package var resourceNames: [String]
    package var nonResourceURLs: [String]
    /// The only namespace that it is about; nil means all of the cluster.
    package var namespace: String?

    package init(
        _ apiGroups: [String], _ resources: [String], _ verbs: [String],
        resourceNames: [String] = [], nonResourceURLs: [String] = [], namespace: String? = nil
    ) {
        self.apiGroups = apiGroups
        self.resources = resources
        self.verbs = verbs
        self.resourceNames = resourceNames
        self.nonResourceURLs = nonResourceURLs
        self.namespace = namespace
    }

    /// Everything.
    package static let all = AccessRule(["*"], ["*"], ["*"], nonResourceURLs: ["*"])

    func allows(_ request: RequestInfo) -> Bool {
        guard verbs.contains("*") || verbs.contains(request.verb) else { return false }
        guard let resource = request.resource else {
            return namespace == nil
                && nonResourceURLs.contains {
                    $0 == "*" || $0 == request.path
                        || $0.hasSuffix("*") && request.path.hasPrefix($0.dropLast())
                }
        }
        if let namespace, namespace != request.namespace { return false }
        guard apiGroups.contains("*") || apiGroups.contains(resource.group) else { return false }
        let name = request.ruleResource
        guard
            resources.contains(where: {
                $0 == "*" || $0 == name
                    || !request.subresource.isEmpty && $0 == "*/\(request.subresource)"
            })
        else { return false }
        return resourceNames.isEmpty || request.name.map(resourceNames.contains) ?? false
    }

    /// The rules that Roles, ClusterRoles and their bindings give a user.
    package static func rules(
        of user: String, groups: [String] = [], in objects: [JSONValue]
    ) -> [AccessRule] {
        var rules: [AccessRule] = []
        for binding in objects {
            let kind = binding["kind"].text
            guard kind == "ClusterRoleBinding" || kind == "RoleBinding",
                binding["subjects"].items.contains(where: { names($0, user, groups) })
            else { continue }
            let namespace = kind == "RoleBinding" ? binding["metadata"]["namespace"].text : nil
            let wanted = binding["roleRef"]
            for role in objects
            where role["kind"] == wanted["kind"]
                && role["metadata"]["name"] == wanted["name"]
                && (role["kind"] == "ClusterRole"
                    || role["metadata"]["namespace"].text == namespace)
            {
                rules += role["rules"].items.map { AccessRule($0, namespace: namespace) }
            }
        }
        return rules
    }

    private static func names(_ subject: JSONValue, _ user: String, _ groups: [String]) -> Bool {
        let name = subject["name"].text ?? ""
        switch subject["kind"].text {
        case "User": return name == user
        case "Group": return groups.contains(name)
        case "ServiceAccount":
            return user == "system:serviceaccount:\(subject["namespace"].text ?? ""):\(name)"
        default: return false
        }
    }

    private init(_ rule: JSONValue, namespace: String?) {
        func texts(_ key: String) -> [String] { rule[key].items.compactMap(\.text) }
        self.init(
            texts("apiGroups"), texts("resources"), texts("verbs"),
            resourceNames: texts("resourceNames"), nonResourceURLs: texts("nonResourceURLs"),
            namespace: namespace)
    }
}
