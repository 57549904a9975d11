extension Responder {
    /// The paths that are no resource's: health, version, and what resources there are.
    func discover(_ request: RequestInfo) throws -> Reply {
        let path = request.path
        guard request.method == "GET" else {
            if request.isBelowGroup { throw StatusFault.noSuchPath }
            return .text(404, "404 page not found\n")
        }
        switch path {
        case "/healthz", "/livez", "/readyz": return .text(200, "ok")
        case "/version": return .json(200, versionObject)
        case "/api": return .json(200, ["kind": "APIVersions", "versions": ["v1"]])
        case "/apis": return .json(200, groups)
        default: break
        }
        let inside = Resource.allCases.filter { $0.root == path }
        if let first = inside.first {
            return .json(
                200,
                [
                    "kind": "APIResourceList", "apiVersion": "v1",
                    "groupVersion": .string(first.apiVersion),
                    "resources": .array(inside.flatMap(entries)),
                ])
        }
        if request.isBelowGroup { throw StatusFault.noSuchPath }
        return .text(404, "404 page not found\n")
    }

    private var versionObject: JSONValue {
        let parts = version.dropFirst().split(separator: ".").map(String.init)
        return [
            "major": .string(parts.first ?? ""),
            "minor": .string(parts.count > 1 ? parts[1] : ""), "gitVersion": .string(version),
            "platform": "linux/amd64",
        ]
    }

    private var groups: JSONValue {
        let groups = Resource.allCases.filter { !$0.group.isEmpty }.map { resource -> JSONValue in
            let version: JSONValue = [
                "groupVersion": .string(resource.apiVersion), "version": .string(resource.version),
            ]
            return [
                "name": .string(resource.group), "versions": [version], "preferredVersion": version,
            ]
        }
        return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups)]
    }

    private func entries(_ resource: Resource) -> [JSONValue] {
        let main: JSONValue = [
            "name": .string(resource.plural), "singularName": .string(resource.kind.lowercased()),
            "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
            "verbs": ["create", "delete", "get", "list", "patch", "update", "watch"],
        ]
        let status: JSONValue = [
            "name": .string("\(resource.plural)/status"), "singularName": "",
            "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
            "verbs": ["get", "patch", "update"],
        ]
        return resource.hasStatus ? [main, status] : [main]
    }
}
