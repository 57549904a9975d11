internal import Manifests

extension Settings {
    /// What is followed of a cluster.
    var watchOptions: ClusterWatch.Options {
        var options = ClusterWatch.Options()
        options.systemNamespace = systemNamespace
        options.ingressClass = ingressClass ?? ManifestOptions.ownIngressClass
        return options
    }
}

extension ClusterAccess {
    /// The way that the settings name; else a pod's own account; else the way that kubectl takes.
    static func chosen(
        _ settings: Settings, _ environment: [String: String]
    ) throws(GatewayFault) -> ClusterAccess {
        let isInCluster = !(environment["KUBERNETES_SERVICE_HOST"] ?? "").isEmpty
        if settings.kubeconfigFiles.isEmpty, settings.kubeContext == nil, isInCluster {
            return try .inCluster(environment: environment)
        }
        return try .kubeconfig(
            paths: settings.kubeconfigFiles, context: settings.kubeContext,
            environment: environment)
    }
}
