/// Something that keeps a Route from being ready, and what to do about it.
package struct Finding: Codable, Hashable, Sendable {
    /// `Ingress shop/cart`, `ConfigMap knative-serving/config-network`, `replica weir-0`.
    package var subject: String
    /// What is wrong, in words.
    package var problem: String
    /// The next step.
    package var next: String
}

/// What `weir doctor` found.
package struct DoctorReport: Codable, Hashable, Sendable {
    /// Ingresses of weir's class that were looked at, and how many of them are ready.
    package var ingresses = 0
    package var ready = 0
    /// Replicas that serve now.
    package var replicas: [String] = []
    /// The one that writes status; nil for none.
    package var leader: String?
    package var findings: [Finding] = []

    package var isGood: Bool { findings.isEmpty }

    /// For people.
    package var text: String {
        var lines = findings.flatMap { ["\($0.subject): \($0.problem)", "  next: \($0.next)"] }
        lines.append(
            "\(ready) of \(ingresses) Ingresses are ready; replicas: "
                + (replicas.isEmpty ? "none" : replicas.joined(separator: ", "))
                + "; leader: \(leader ?? "none")")
        return lines.joined(separator: "\n") + "\n"
    }
}
