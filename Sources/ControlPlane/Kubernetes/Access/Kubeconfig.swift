/// Kubeconfigs read together: of two things with one name the first counts.
struct Kubeconfig {
    /// LIMIT: bytes of a kubeconfig.
    private static let fileMax = 1 << 20

    private(set) var currentContext = ""
    private(set) var contexts: [String: KubeconfigNode] = [:]
    private(set) var clusters: [String: KubeconfigNode] = [:]
    private(set) var users: [String: KubeconfigNode] = [:]
    /// The files that were there.
    private(set) var files: [String] = []

    /// Reads the files; those that are not there are left out, as kubectl does, unless it is all.
    init(_ paths: [String]) throws(GatewayFault) {
        for path in paths {
            let text: String
            do throws(SmallFile.Refusal) {
                text = try SmallFile.text(path, sizeMax: Self.fileMax)
            } catch {
                if error == .absent { continue }
                throw GatewayFault("\(path): \(error.text), a kubeconfig would be right")
            }
            files.append(path)
            try take(KubeconfigNode(file: path, text: text))
        }
        if files.isEmpty {
            throw GatewayFault(
                "\(paths.joined(separator: ":")): there is no such file, a kubeconfig would be "
                    + "right")
        }
    }

    private mutating func take(_ root: KubeconfigNode) throws(GatewayFault) {
        if currentContext.isEmpty { currentContext = try root["current-context"].text() }
        try Self.add(root, "contexts", "context", &contexts)
        try Self.add(root, "clusters", "cluster", &clusters)
        try Self.add(root, "users", "user", &users)
    }

    private static func add(
        _ root: KubeconfigNode, _ list: String, _ inner: String,
        _ found: inout [String: KubeconfigNode]
    ) throws(GatewayFault) {
        for item in try root[list].items() {
            let name = try item["name"].text()
            if name.isEmpty { throw item.fault("no name, a name would be right") }
            if found[name] == nil { found[name] = item[inner] }
        }
    }

    /// A context by its name, or the current one.
    func context(_ name: String?) throws(GatewayFault) -> KubeconfigNode {
        let wanted = name ?? currentContext
        let place = files.joined(separator: ":")
        let known =
            contexts.isEmpty
            ? "there is none"
            : "one of \(contexts.keys.sorted().joined(separator: ", ")) would be right"
        if wanted.isEmpty { throw GatewayFault("\(place): current-context: not set, \(known)") }
        guard let context = contexts[wanted] else {
            throw GatewayFault("\(place): contexts: no context \"\(wanted)\", \(known)")
        }
        return context
    }

    /// What a context names in one of the lists.
    func named(
        _ key: String, of context: KubeconfigNode, in list: [String: KubeconfigNode]
    ) throws(GatewayFault) -> KubeconfigNode {
        let name = try context[key].text()
        guard let found = list[name] else {
            let known = list.keys.sorted().joined(separator: ", ")
            throw context[key].fault(
                "no \(key) \"\(name)\", "
                    + (known.isEmpty ? "there is none" : "one of \(known) would be right"))
        }
        return found
    }
}
