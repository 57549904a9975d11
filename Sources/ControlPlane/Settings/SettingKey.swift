internal import Logging

/// One setting: its name in the file, its help, and how its text becomes a value.
///
/// The flag and the environment variable follow from the name by rule, so that whoever knows
/// one knows all three.
package struct SettingKey: Sendable {
    /// The name in the file, sections joined by dots: `listeners.admin`.
    package let name: String
    /// One line for people, without a full stop.
    package let summary: String
    /// True when several values may be given.
    package let isList: Bool
    /// Checks the texts (one, unless `isList`) and stores their value.
    let store: @Sendable (inout Settings, [String]) throws(SettingRefusal) -> Void

    /// The flag, without its two dashes: `listeners-admin`.
    package var flag: String { name.replacing(".", with: "-") }

    /// The environment variable: `WEIR_LISTENERS_ADMIN`.
    package var variable: String {
        "WEIR_" + name.uppercased().replacing(".", with: "_").replacing("-", with: "_")
    }

    private init(
        _ name: String, _ summary: String, isList: Bool = false,
        store: @escaping @Sendable (inout Settings, [String]) throws(SettingRefusal) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.isList = isList
        self.store = store
    }
}

extension SettingKey {
    /// Every setting there is, in the order of `conf/weir.yaml`.
    package static let all: [SettingKey] = listeners + objects + traffic + reports

    /// The key of that name, if there is one.
    package static func named(_ name: String) -> SettingKey? { all.first { $0.name == name } }

    private static let listeners: [SettingKey] = [
        .init("listeners.external-http", "Addresses for clients from outside", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.externalHTTP = try SettingText.addresses(texts)
        },
        .init("listeners.external-https", "The same with TLS (not yet served)", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.externalHTTPS = try SettingText.addresses(texts)
        },
        .init("listeners.internal-http", "Addresses for clients in the cluster", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.internalHTTP = try SettingText.addresses(texts)
        },
        .init("listeners.internal-https", "The same with TLS (not yet served)", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.internalHTTPS = try SettingText.addresses(texts)
        },
        .init("listeners.status", "Addresses of /healthz, /readyz and /metrics", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.status = try SettingText.addresses(texts)
        },
        .init("listeners.admin", "Loopback addresses of the admin pages", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.admin = try SettingText.loopbackAddresses(texts)
        },
    ]

    private static let objects: [SettingKey] = [
        .init("manifests", "Folders and files of Kubernetes objects", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.manifests = texts
        },
        .init("domain", "The domain of Routes, where no config-domain object says another") {
            settings, texts throws(SettingRefusal) in
            settings.domain = try SettingText.domain(texts[0])
        },
        .init("cluster-domain", "The cluster's own domain") {
            settings, texts throws(SettingRefusal) in
            settings.clusterDomain = try SettingText.domain(texts[0])
        },
        .init("ingress-class", "Serve only Ingresses of this class; off serves all") {
            settings, texts throws(SettingRefusal) in
            settings.ingressClass = texts[0] == "off" ? nil : texts[0]
        },
        .init("internal-service", "NAMESPACE/NAME of the Service of the internal listener") {
            settings, texts throws(SettingRefusal) in
            settings.internalService = try SettingText.objectName(texts[0])
        },
    ]

    private static let traffic: [SettingKey] = [
        .init("workers", "Worker threads; default: as many as this process may use CPUs") {
            settings, texts throws(SettingRefusal) in
            settings.workers = try SettingText.number(texts[0], in: 1...256)
        },
        .init("drain-delay", "How long to go on accepting after SIGTERM") {
            settings, texts throws(SettingRefusal) in
            settings.drainDelay = try SettingText.duration(texts[0])
        },
        .init("drain-time", "How long exchanges may go on after SIGTERM") {
            settings, texts throws(SettingRefusal) in
            settings.drainTime = try SettingText.duration(texts[0])
        },
        .init("underscores", "Header fields with _ in their names: refuse or allow") {
            settings, texts throws(SettingRefusal) in
            let word = try SettingText.word(texts[0], of: ["refuse", "allow"])
            settings.allowsUnderscores = word == "allow"
        },
        .init("trusted-hops", "How many proxies in front are trusted") {
            settings, texts throws(SettingRefusal) in
            settings.trustedHops = try SettingText.number(texts[0], in: 0...16)
        },
        .init("trusted-cidrs", "Networks whose clients are trusted proxies", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.trustedNetworks = try SettingText.networks(texts)
        },
    ]

    private static let reports: [SettingKey] = [
        .init("histogram-buckets", "Upper bounds of the latency histograms, seconds", isList: true)
        { settings, texts throws(SettingRefusal) in
            settings.histogramBuckets = try SettingText.buckets(texts)
        },
        .init("access-log", "text, json or off (not yet written)") {
            settings, texts throws(SettingRefusal) in
            let words = Settings.AccessLog.allCases.map(\.rawValue)
            let word = try SettingText.word(texts[0], of: words)
            settings.accessLog = Settings.AccessLog(rawValue: word) ?? .text
        },
        .init("log-level", "trace, debug, info, notice, warning, error or critical") {
            settings, texts throws(SettingRefusal) in
            let words = Logger.Level.allCases.map(\.rawValue)
            let word = try SettingText.word(texts[0], of: words)
            settings.logLevel = Logger.Level(rawValue: word) ?? .info
        },
    ]
}
