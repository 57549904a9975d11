/// Labels and annotations that are read or written, by the names of their APIs.
enum KnownName {
    static let routeLabel = "serving.knative.dev/route"
    static let routeNamespaceLabel = "serving.knative.dev/routeNamespace"
    static let serviceLabel = "serving.knative.dev/service"
    static let configurationLabel = "serving.knative.dev/configuration"
    static let generationLabel = "serving.knative.dev/configurationGeneration"
    static let mappingNamespaceLabel = "serving.knative.dev/domainMappingNamespace"
    static let visibilityLabel = "networking.knative.dev/visibility"
    static let clusterLocal = "cluster-local"
    static let sliceServiceLabel = "kubernetes.io/service-name"
    static let trustBundleLabel = "networking.knative.dev/trust-bundle"

    /// The Secret in the system namespace whose `ca.crt` vouches for upstreams.
    static let servingCertificates = "routing-serving-certs"
    /// Names in upstreams' certificates: the activator's, and a namespace's queue-proxies'.
    static let routingCertificateName = "kn-routing"
    static let userCertificatePrefix = "kn-user-"

    static let ingressClass = "networking.knative.dev/ingress.class"
    static let ingressClassAlias = "networking.knative.dev/ingress-class"
    static let httpOption = "networking.knative.dev/httpOption"
    static let httpProtocol = "networking.knative.dev/http-protocol"
    static let rollout = "networking.internal.knative.dev/rollout"
    static let tagToHost = "networking.internal.knative.dev/tag-to-host"
    static let rolloutDuration = "serving.knative.dev/rollout-duration"
    static let rolloutDurationAlias = "serving.knative.dev/rolloutDuration"
    static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    static let ownPrefix = "weir.dev/"
    static let sticky = "weir.dev/sticky"
    static let rules = "weir.dev/rules"
    static let tagAccess = "weir.dev/tag-access"
    static let exposeRevision = "weir.dev/expose-revision"
    static let clientCA = "weir.dev/client-ca"
    static let clientCertificate = "weir.dev/client-certificate"
    static let addresses = "weir.dev/addresses"
    static let upstreamProtocol = "weir.dev/protocol"

    static let revisionHeader = "Knative-Serving-Revision"
    static let namespaceHeader = "Knative-Serving-Namespace"
    static let originalHostHeader = "K-Original-Host"
    static let tagHeader = "Knative-Serving-Tag"
    static let defaultRouteHeader = "Knative-Serving-Default-Route"

    /// §1.3: what may stand under networking.knative.dev/ on a Route or Service.
    static let networkingAnnotations: Set<String> = [
        ingressClass, ingressClassAlias, httpOption, httpProtocol,
        "networking.knative.dev/certificate.class", "networking.knative.dev/certificate-class",
        "networking.knative.dev/disableAutoTLS", "networking.knative.dev/disable-auto-tls",
        "networking.knative.dev/disable-external-domain-tls",
    ]
}
