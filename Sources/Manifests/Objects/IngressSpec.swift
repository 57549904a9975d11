/// A Knative Ingress's specification (§2.1), as stored: only defaulted, never normalised, so
/// that its hash is the one everybody computes.
struct IngressSpec: Hashable, Sendable {
    var tls: [IngressTLS] = []
    var rules: [IngressRule] = []
    /// Empty, `Enabled` or `Redirected`.
    var httpOption = ""
}

struct IngressTLS: Hashable, Sendable {
    var hosts: [String] = []
    var secretName = ""
    var secretNamespace = ""
    /// Where it stands, for messages; not in the API.
    var line = 0
}

struct IngressRule: Hashable, Sendable {
    /// Empty means any host.
    var hosts: [String] = []
    var visibility = ""
    /// Nil where `http` is absent, which no valid rule is.
    var paths: [IngressPath]?

    static let external = "ExternalIP"
    static let clusterLocal = "ClusterLocal"
}

struct IngressPath: Hashable, Sendable {
    var path = ""
    var rewriteHost = ""
    /// Name to exact value.
    var headers = HeaderFields()
    var splits: [IngressSplit] = []
    var appendHeaders = HeaderFields()
}

struct IngressSplit: Hashable, Sendable {
    var serviceNamespace = ""
    var serviceName = ""
    var servicePort = ServicePort.number(0)
    var percent: Int64 = 0
    var appendHeaders = HeaderFields()
    /// Our own compilation found no revision for this share: it answers 503.
    ///
    /// Not in the API.
    var isAbsent = false
}

/// Kubernetes' IntOrString.
enum ServicePort: Hashable, Sendable {
    case number(Int64)
    case name(String)

    /// The form of `DestinationKey.port`.
    var text: String {
        switch self {
        case .number(let number): String(number)
        case .name(let name): name
        }
    }
}

extension IngressSpec {
    /// §2.2: a rule is external unless it says otherwise; a single split takes all.
    mutating func setDefaults() {
        for rule in rules.indices {
            if rules[rule].visibility.isEmpty { rules[rule].visibility = IngressRule.external }
            guard let paths = rules[rule].paths else { continue }
            for path in paths.indices
            where paths[path].splits.count == 1 && paths[path].splits[0].percent == 0 {
                rules[rule].paths?[path].splits[0].percent = 100
            }
        }
    }
}
