extension FakeAPIServer {
    /// What every connection shares.
    final class Core: Sendable {
        let store: Store
        let gate: Gate
        let faults = FaultBook()
        let log = RequestLog()
        let watches = WatchRegistry()
        let responder: Responder
        let bodyMax: Int
        let bookmarkInterval: Duration

        init(_ options: Options) {
            store = Store(
                rules: ObjectRules(allowsLoopback: options.allowsLoopback),
                keepsUnknownFields: options.keepsUnknownFields,
                historyLimit: options.historyLimit)
            gate = Gate(options.users)
            responder = Responder(store: store, version: options.version)
            bodyMax = options.bodyMax
            bookmarkInterval = options.bookmarkInterval
        }
    }

    /// How a server is to be.
    package struct Options: Sendable {
        /// Whether it speaks TLS, with a certificate of its own authority.
        package var isSecure = false
        /// Takes EndpointSlices and Endpoints with loopback addresses, which the real server
        /// refuses: the one leniency, as the upstreams of tests live there.
        package var allowsLoopback = false
        /// Who may ask; with nobody everybody may do everything.
        package var users: [User] = []
        package var namespaces = ["default", "kube-system", "knative-serving"]
        /// How many changes of each resource a watch can go back.
        package var historyLimit = 10_000
        /// Keeps fields that the schema does not name, instead of dropping them.
        package var keepsUnknownFields = false
        package var bookmarkInterval = Duration.seconds(60)
        package var bodyMax = 3 << 20
        package var version = "v1.36.0"

        package init(
            isSecure: Bool = false, allowsLoopback: Bool = false, users: [User] = [],
            historyLimit: Int = 10_000
        ) {
            self.isSecure = isSecure
            self.allowsLoopback = allowsLoopback
            self.users = users
            self.historyLimit = historyLimit
        }
    }
}
