/// Hosts and paths that stand twice in one Ingress.
enum IngressLint {
    static func remark(_ rules: Cursor, _ flaws: inout Flaws) {
        var ignored = Flaws()
        /// By visibility and host.
        var seen: [String: Cursor] = [:]
        for rule in rules.items(&ignored) {
            let visibility = rule["visibility"].text(&ignored)
            for host in rule["hosts"].items(&ignored) {
                let name = host.text(&ignored).lowercased()
                let key =
                    "\(visibility == IngressRule.clusterLocal ? "local" : "external") \(name)"
                if let other = seen[key] {
                    flaws.remark(
                        Flaw(
                            line: host.line, field: host.path,
                            wrong: "host \(name) is given twice, first at line \(other.line)",
                            right: "write one rule for it"))
                } else {
                    seen[key] = host
                }
            }
            remarkPaths(rule["http"]["paths"], &ignored, &flaws)
        }
    }

    /// Among equal paths the first one takes everything.
    private static func remarkPaths(
        _ paths: Cursor, _ ignored: inout Flaws, _ flaws: inout Flaws
    ) {
        var seen: [IngressPath: Cursor] = [:]
        for path in paths.items(&ignored) {
            var key = IngressPath()
            key.path = path["path"].text(&ignored)
            if key.path.isEmpty { key.path = "/" }
            var headers: [String: String] = [:]
            for (name, match) in path["headers"].entries(&ignored) {
                headers[name.lowercased()] = match["exact"].text(&ignored)
            }
            key.headers = HeaderFields(headers)
            if let other = seen[key] {
                flaws.remark(
                    Flaw(
                        line: path.line, field: path.path,
                        wrong: "is never reached: the path at line \(other.line) is the same",
                        right: "leave one of the two out"))
            } else {
                seen[key] = path
            }
        }
    }
}
