internal import Logging
internal import Routing
internal import TLS

extension SettingKey {
    /// Every setting there is, in the order of `conf/weir.yaml`.
    package static let all: [SettingKey] =
        listeners + objects + cluster + tls + traffic + http2 + clients + reports + logs

    /// The key of that name, if there is one.
    package static func named(_ name: String) -> SettingKey? { all.first { $0.name == name } }

    private static let listeners: [SettingKey] = [
        .init("listeners.external-http", "Addresses for clients from outside", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.externalHTTP = try SettingText.addresses(texts)
        },
        .init("listeners.external-https", "The same with TLS", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.externalHTTPS = try SettingText.addresses(texts)
        },
        .init("listeners.internal-http", "Addresses for clients in the cluster", isList: true) {
            settings, texts throws(SettingRefusal) in
            settings.internalHTTP = try SettingText.addresses(texts)
        },
        .init("listeners.internal-https", "The same with TLS", isList: true) {
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
        .init(
            "ingress-class", "Serve only Ingresses of this class; off: all, in a cluster weir's own"
        ) {
            settings, texts throws(SettingRefusal) in
            settings.ingressClass = texts[0] == "off" ? nil : texts[0]
        },
        .init("internal-service", "NAMESPACE/NAME of the Service of the internal listener") {
            settings, texts throws(SettingRefusal) in
            settings.internalService = try SettingText.objectName(texts[0], of: "Service")
        },
    ]

    private static let tls: [SettingKey] = [
        .init("default-certificate", "NAMESPACE/NAME of the Secret for other server names") {
            settings, texts throws(SettingRefusal) in
            settings.defaultCertificate =
                texts[0] == "off" ? nil : try SettingText.objectName(texts[0], of: "Secret")
        },
        .init("tls-min", "The lowest version of TLS: 1.2 or 1.3") {
            settings, texts throws(SettingRefusal) in
            let word = try SettingText.word(texts[0], of: ["1.2", "1.3"])
            settings.tlsMinVersion = word == "1.3" ? .tls13 : .tls12
        },
        .init("tls-ciphers", "Suites of TLS 1.2 in OpenSSL's syntax, the best first") {
            settings, texts throws(SettingRefusal) in
            settings.tlsCiphers = try SettingText.ciphers(texts[0])
        },
        .init(
            "ticket-keys", "Files of 80 bytes, the newest first; default: random keys", isList: true
        ) { settings, texts throws(SettingRefusal) in
            settings.ticketKeyFiles = texts == ["off"] ? [] : texts
        },
    ]

    private static let traffic: [SettingKey] = [
        .init("workers", "Worker threads; default: as many as this process may use CPUs") {
            settings, texts throws(SettingRefusal) in
            settings.workers = try SettingText.number(texts[0], in: 1...256)
        },
        .init(
            "memory-limit", "Memory from which on load is shed: 512MiB, 80% of the cgroup's, or off"
        ) { settings, texts throws(SettingRefusal) in
            settings.memoryLimit = try SettingText.memoryLimit(texts[0])
        },
        .init(
            "congestion-control", "How fast TCP sends: automatic, system, or an algorithm's name"
        ) { settings, texts throws(SettingRefusal) in
            settings.congestionControl = try SettingText.congestionChoice(texts[0])
        },
        .init("drain-delay", "How long to go on accepting after SIGTERM") {
            settings, texts throws(SettingRefusal) in
            settings.drainDelay = try SettingText.duration(texts[0])
        },
        .init("drain-time", "How long exchanges may go on after SIGTERM") {
            settings, texts throws(SettingRefusal) in
            settings.drainTime = try SettingText.duration(texts[0])
        },
        .init("rule-match-limit", "Steps that a rule's pattern may take in one search") {
            settings, texts throws(SettingRefusal) in
            settings.ruleMatchLimit = try SettingText.number(texts[0], in: 100...10_000_000)
        },
        .init("name-server", "IPv4 address of the server asked for names of ExternalName Services")
        { settings, texts throws(SettingRefusal) in
            settings.nameServer = try SettingText.nameServer(texts[0])
        },
        .init("state-dir", "Folder for what must survive a restart, such as gradual rollouts") {
            settings, texts throws(SettingRefusal) in
            settings.stateFolder = texts[0] == "off" ? nil : texts[0]
        },
    ]

    private static let http2: [SettingKey] = [
        .init("ping-after", "Silence after which a connection of HTTP/2 gets a PING") {
            settings, texts throws(SettingRefusal) in
            settings.pingAfter = try SettingText.watchTime(texts[0])
        },
        .init("ping-timeout", "How long the answer to it may take") {
            settings, texts throws(SettingRefusal) in
            settings.pingTimeout = try SettingText.watchTime(texts[0])
        },
        .init("stall-timeout", "How long a client may take for a quarter of what waits for it") {
            settings, texts throws(SettingRefusal) in
            settings.stallTimeout = try SettingText.watchTime(texts[0])
        },
        .init("connection-max-age", "When connections of HTTP/2 are replaced; off: never") {
            settings, texts throws(SettingRefusal) in
            settings.connectionMaxAge =
                texts[0] == "off" ? nil : try SettingText.watchTime(texts[0])
        },
    ]

    private static let clients: [SettingKey] = [
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
        .init("proxy-protocol", "PROXY headers on external listeners: off, required or trusted") {
            settings, texts throws(SettingRefusal) in
            let words = Settings.ProxyProtocol.allCases.map(\.rawValue)
            let word = try SettingText.word(texts[0], of: words)
            settings.proxyProtocol = Settings.ProxyProtocol(rawValue: word) ?? .off
        },
        .init("explain-token", "Value of Weir-Explain that has a request explained", isSecret: true)
        { settings, texts throws(SettingRefusal) in
            settings.explainToken = try SettingText.token(texts[0])
        },
    ]

    private static let reports: [SettingKey] = [
        .init("histogram-buckets", "Upper bounds of the latency histograms, seconds", isList: true)
        { settings, texts throws(SettingRefusal) in
            settings.histogramBuckets = try SettingText.buckets(texts)
        },
        .init("log-level", "trace, debug, info, notice, warning, error or critical") {
            settings, texts throws(SettingRefusal) in
            let words = Logger.Level.allCases.map(\.rawValue)
            let word = try SettingText.word(texts[0], of: words)
            settings.logLevel = Logger.Level(rawValue: word) ?? .info
        },
    ]

    private static let logs: [SettingKey] = [
        .init("access-log", "A line for each request: text, json or off") {
            settings, texts throws(SettingRefusal) in
            let words = Settings.AccessLog.allCases.map(\.rawValue)
            let word = try SettingText.word(texts[0], of: words)
            settings.accessLog = Settings.AccessLog(rawValue: word) ?? .text
        },
        .init("access-log-file", "Where they go; default: standard output") {
            settings, texts throws(SettingRefusal) in
            settings.accessLogFile = texts[0] == "off" ? nil : texts[0]
        },
        .init("access-log-query", "Queries are written too: true or false") {
            settings, texts throws(SettingRefusal) in
            settings.logsQueries = try SettingText.word(texts[0], of: ["true", "false"]) == "true"
        },
    ]
}
