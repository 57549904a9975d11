/// The kinds that are read.
package enum ObjectKind: UInt8, Hashable, Sendable, CaseIterable {
    case route
    case service
    case configuration
    case revision
    case ingress
    case domainMapping
    case clusterDomainClaim
    case secret
    case coreService
    case endpoints
    case endpointSlice
    case configMap

    /// The kind as manifests write it; Knative's and the core Service share theirs.
    package var name: String {
        switch self {
        case .route: "Route"
        case .service, .coreService: "Service"
        case .configuration: "Configuration"
        case .revision: "Revision"
        case .ingress: "Ingress"
        case .domainMapping: "DomainMapping"
        case .clusterDomainClaim: "ClusterDomainClaim"
        case .secret: "Secret"
        case .endpoints: "Endpoints"
        case .endpointSlice: "EndpointSlice"
        case .configMap: "ConfigMap"
        }
    }

    /// The API group, empty for core.
    package var group: String {
        switch self {
        case .route, .service, .configuration, .revision, .domainMapping: "serving.knative.dev"
        case .ingress, .clusterDomainClaim: "networking.internal.knative.dev"
        case .coreService, .endpoints, .configMap, .secret: ""
        case .endpointSlice: "discovery.k8s.io"
        }
    }

    /// The current one, as manifests write it.
    var apiVersion: String { Self.apiVersions[Int(rawValue)] }

    private static let apiVersions = allCases.map { kind in
        kind.group.isEmpty ? kind.versions[0] : "\(kind.group)/\(kind.versions[0])"
    }

    /// The versions that are read; the first is the current one.
    var versions: [String] {
        switch self {
        case .route, .service, .configuration, .revision: ["v1", "v1beta1", "v1alpha1"]
        case .domainMapping: ["v1beta1", "v1alpha1"]
        case .ingress, .clusterDomainClaim: ["v1alpha1"]
        case .coreService, .endpoints, .endpointSlice, .configMap, .secret: ["v1"]
        }
    }
}

extension ObjectKind {
    /// Its content reads the annotations `weir.dev/…` itself.
    var hasChoices: Bool {
        switch self {
        case .route, .service, .ingress, .domainMapping: true
        default: false
        }
    }
}

/// Names one object in the cluster that the manifests describe.
///
/// Every table of objects has it, so it is one reference with its hash.
package struct ObjectKey: Sendable {
    private let parts: Parts

    private final class Parts: Sendable {
        let kind: ObjectKind
        let namespace: String
        let name: String
        let hash: Int

        init(_ kind: ObjectKind, _ namespace: String, _ name: String) {
            self.kind = kind
            self.namespace = namespace
            self.name = name
            hash = ObjectKey.hash(kind, namespace, name)
        }
    }

    /// The hash of the key with these parts.
    static func hash(_ kind: ObjectKind, _ namespace: String, _ name: String) -> Int {
        var hasher = Hasher()
        hasher.combine(kind)
        hasher.combine(namespace)
        hasher.combine(name)
        return hasher.finalize()
    }

    package init(_ kind: ObjectKind, _ namespace: String, _ name: String) {
        parts = Parts(kind, namespace, name)
    }

    package var kind: ObjectKind { parts.kind }
    package var namespace: String { parts.namespace }
    package var name: String { parts.name }
    /// Made once.
    var hash: Int { parts.hash }
}

extension ObjectKey: Hashable {
    package static func == (left: ObjectKey, right: ObjectKey) -> Bool {
        let (left, right) = (left.parts, right.parts)
        return left === right
            || left.hash == right.hash && left.kind == right.kind && left.name == right.name
                && left.namespace == right.namespace
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(parts.hash) }
}

/// A name within a namespace, where the kind is known.
struct NamespacedName: Hashable, Sendable {
    var namespace: String
    var name: String
}
