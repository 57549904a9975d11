/// Which of our kinds a wrong kind or version was meant to be.
enum KindSpelling {
    /// Nil for the kinds of others, which nobody here reads.
    ///
    /// Ours are told by their name in any case, singular or plural, together with a group that is
    /// none, Knative's, or their own. (`Ingress` of `networking.k8s.io` is another kind.)
    static func meant(_ kind: String, _ apiVersion: String) -> ObjectKind? {
        let parts = apiVersion.lowercased().split(separator: "/", maxSplits: 1)
        let hasGroup = parts.count == 2 || apiVersion.contains(".")
        let group = hasGroup ? parts.first.map(String.init) ?? "" : ""
        let word = folded(kind)
        let named = ObjectKind.allCases.filter { folded($0.name) == word }
        if let exact = named.first(where: { $0.group == group }) { return exact }
        guard group.isEmpty || group.hasSuffix("knative.dev") else { return nil }
        return named.first { $0.group.hasSuffix("knative.dev") }
            ?? (group.isEmpty ? named.first : nil)
    }

    private static func folded(_ kind: String) -> String {
        let kind = kind.lowercased()
        return kind.hasSuffix("s") && !kind.hasSuffix("ss") ? String(kind.dropLast()) : kind
    }
}
