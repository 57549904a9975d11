extension SettingKey {
    /// How a Kubernetes cluster is reached, and what is written there.
    static let cluster: [SettingKey] = [
        .init("kubernetes", "Take objects from a Kubernetes cluster: true or false") {
            settings, texts throws(SettingRefusal) in
            settings.isKubernetes = try SettingText.flag(texts[0])
        },
        .init(
            "kubeconfig", "Files that say how; default: the pod's account, or kubectl's files",
            isList: true
        ) { settings, texts throws(SettingRefusal) in
            settings.kubeconfigFiles = texts == ["off"] ? [] : texts
        },
        .init("kube-context", "Which context of them; off: the current one") {
            settings, texts throws(SettingRefusal) in
            settings.kubeContext = texts[0] == "off" ? nil : texts[0]
        },
        .init("system-namespace", "Where Knative's ConfigMaps are") {
            settings, texts throws(SettingRefusal) in
            settings.systemNamespace = try SettingText.label(texts[0], of: "namespace")
        },
        .init("external-service", "NAMESPACE/NAME of the Service of the external listener") {
            settings, texts throws(SettingRefusal) in
            settings.externalService = try SettingText.objectName(texts[0], of: "Service")
        },
        .init("external-ip", "Its address, to be written into status; off: none") {
            settings, texts throws(SettingRefusal) in
            settings.externalIP = try SettingText.ip(texts[0])
        },
        .init("internal-ip", "That of internal-service, in the same way") {
            settings, texts throws(SettingRefusal) in
            settings.internalIP = try SettingText.ip(texts[0])
        },
        .init("pod-name", "This replica's name among its own; default: the host's name") {
            settings, texts throws(SettingRefusal) in
            settings.podName = try SettingText.podName(texts[0])
        },
        .init("pod-namespace", "Where the replicas' Leases are; default: the account's namespace") {
            settings, texts throws(SettingRefusal) in
            settings.podNamespace = try SettingText.label(texts[0], of: "namespace")
        },
        .init("state-secrets", "Keep Secrets in state-dir too: true or false") {
            settings, texts throws(SettingRefusal) in
            settings.keepsSecrets = try SettingText.flag(texts[0])
        },
    ]
}
