/// Names a destination set: the (namespace, service, port) that a split points at.
///
/// Every table of destinations has it, so it is one reference with its hash.
package struct DestinationKey: Sendable {
    private let parts: Parts

    private final class Parts: Sendable {
        let namespace: String
        let service: String
        let port: String
        let isRewritten: Bool
        let hash: Int

        init(_ namespace: String, _ service: String, _ port: String, _ isRewritten: Bool) {
            self.namespace = namespace
            self.service = service
            self.port = port
            self.isRewritten = isRewritten
            var hasher = Hasher()
            hasher.combine(namespace)
            hasher.combine(service)
            hasher.combine(port)
            hasher.combine(isRewritten)
            hash = hasher.finalize()
        }
    }

    package init(namespace: String, service: String, port: String, isRewritten: Bool = false) {
        parts = Parts(namespace, service, port, isRewritten)
    }

    package var namespace: String { parts.namespace }
    package var service: String { parts.service }
    /// A port's number in digits, or its name.
    package var port: String { parts.port }
    /// Reached under a rewritten host: asked in plain text where others may ask over TLS.
    package var isRewritten: Bool { parts.isRewritten }
    /// Made once.
    package var hash: Int { parts.hash }
}

extension DestinationKey: Hashable {
    package static func == (left: DestinationKey, right: DestinationKey) -> Bool {
        let (left, right) = (left.parts, right.parts)
        return left === right
            || left.hash == right.hash && left.service == right.service
                && left.namespace == right.namespace && left.port == right.port
                && left.isRewritten == right.isRewritten
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(parts.hash) }
}
