/// How far a replica has got in each collection that traffic depends on, by resourceVersions.
///
/// Versions of one collection are numbers that grow (Kubernetes 1.35), so whoever has served a
/// later one has served all before it; those of different collections are never compared. Only when
/// a cluster is restored from a copy they go back.
package struct ClusterVersions: Hashable, Sendable {
    package var ingresses: UInt64 = 0
    package var services: UInt64 = 0
    package var endpointSlices: UInt64 = 0

    package init() {}

    /// Whether whoever has got here has seen all of `other`.
    package func covers(_ other: ClusterVersions) -> Bool {
        ingresses >= other.ingresses && services >= other.services
            && endpointSlices >= other.endpointSlices
    }

    /// What both have seen.
    func common(with other: ClusterVersions) -> ClusterVersions {
        var common = self
        common.ingresses = min(ingresses, other.ingresses)
        common.services = min(services, other.services)
        common.endpointSlices = min(endpointSlices, other.endpointSlices)
        return common
    }

    /// What either has seen.
    func joined(with other: ClusterVersions) -> ClusterVersions {
        var joined = self
        joined.ingresses = max(ingresses, other.ingresses)
        joined.services = max(services, other.services)
        joined.endpointSlices = max(endpointSlices, other.endpointSlices)
        return joined
    }

    /// Goes on to a later version of a collection; of others nothing is kept.
    package mutating func advance(_ resource: APIResource, to version: String) {
        guard let version = UInt64(version), let old = self[resource] else { return }
        self[resource] = max(old, version)
    }

    /// The version of a collection; nil for one of which nothing is kept.
    subscript(_ resource: APIResource) -> UInt64? {
        get { Self.place(of: resource).map { self[keyPath: $0] } }
        set {
            guard let place = Self.place(of: resource), let newValue else { return }
            self[keyPath: place] = newValue
        }
    }

    private static func place(of resource: APIResource) -> WritableKeyPath<Self, UInt64>? {
        switch resource {
        case .ingresses: \.ingresses
        case .services: \.services
        case .endpointSlices: \.endpointSlices
        default: nil
        }
    }
}

/// `ingresses=12,services=9,endpointslices=31`, as replicas write it into their Leases.
extension ClusterVersions: CustomStringConvertible {
    package var description: String {
        "ingresses=\(ingresses),services=\(services),endpointslices=\(endpointSlices)"
    }

    /// What is missing or unreadable counts as nothing seen.
    package init(_ text: String) {
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, let version = UInt64(pair[1]) else { continue }
            switch pair[0] {
            case "ingresses": ingresses = version
            case "services": services = version
            case "endpointslices": endpointSlices = version
            default: break
            }
        }
    }
}
