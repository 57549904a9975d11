internal import Routing

/// What the gateway has to say of one Ingress, for its status (§3.4).
package struct Verdict: Hashable, Sendable {
    /// Of the version that is judged.
    package var uid = ""
    package var generation: Int64 = 0
    /// Why this version is not in force, in words; empty when it is.
    package var faults: [String] = []
    /// Hosts that it wants and another object has.
    package var losses: [Loss] = []
    /// What a share or a host of it still lacks, in words: a Service, a port, an address, a Secret.
    package var lacks: [String] = []

    /// A host that an older object has.
    package struct Loss: Hashable, Sendable {
        package var host: String
        /// `Ingress default/hello`.
        package var winner: String
    }

    package init() {}

    /// A share without an address, in words.
    static func lack(of key: DestinationKey, _ reason: String) -> String {
        "the split to Service \(key.namespace)/\(key.service) port \(key.port): "
            + (reason.isEmpty ? "no address is ready" : reason)
    }
}
