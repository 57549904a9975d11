/// A ClusterDomainClaim: which namespace may map a domain, the claim's name (§1.11).
struct ClaimContent: Hashable, Sendable {
    var namespace: String

    init(_ root: Cursor, _ flaws: inout Flaws) {
        namespace = root["spec"]["namespace"].text(&flaws)
        if namespace.isEmpty {
            flaws.refuse(
                root["spec"]["namespace"], "missing field(s)",
                right: "name the namespace that may map the domain")
        }
    }
}
