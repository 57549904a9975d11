internal import Routing
internal import TLS

/// What of a program is in force, which a version that is refused leaves as it was.
struct ProgramOutput: Sendable {
    /// Nil when nothing is served: superseded, of another class, or never right.
    var route: PackedRoute?
    /// By which the default traffic is reached; empty where nobody is told.
    var scheme = ""
    /// In-cluster clients know the Route by a Service of its name.
    var hasPlaceholder = false
    /// Nothing of a rollout but that it is known that there is none.
    private var isRolloutPlain = false
    private var more = Apart<More>.none

    /// What few have.
    private struct More: Sendable {
        var hold: Hold?
        var ingress: IngressManifest?
        var tls: [IngressTLS] = []
        var client: GatewayChoices.ClientChoice?
        var authority: ClientAuthority?
        var tagLabels: [String] = []
        var keptKeys: Set<DestinationKey> = []
        var lastGood: [LastGoodTarget]?
        var rollout: Rollout?
    }

    /// A version that waits.
    struct Hold: Hashable, Sendable {
        /// Until when, in nanoseconds since 1970.
        var until: Int64
        /// What it waits for, in words.
        var lacks: [String]
    }

    init() {}

    /// What an Ingress compiles to.
    init(_ ingress: IngressManifest, authority: ClientAuthority?, _ lookup: inout Lookup) {
        let source = IngressCompiler.compile(ingress, &lookup)
        let packed = PackedRoute(source)
        lookup.compiled = (source, packed)
        route = packed
        if lookup.context.options.keepsIngresses { change(true) { $0.ingress = ingress } }
        let (tls, client) = (ingress.spec.tls, ingress.choices.client)
        change(!tls.isEmpty || client != nil || authority != nil) {
            ($0.tls, $0.client, $0.authority) = (tls, client, authority)
        }
    }

    private mutating func change(_ isNeeded: Bool, _ body: (inout More) -> Void) {
        if !isNeeded, case .none = more { return }
        var new = more.value ?? More()
        body(&new)
        more = .one(new)
    }

    /// The older version is in force while this one waits for what its shares need.
    var hold: Hold? {
        get { more.value?.hold }
        set { change(newValue != nil) { $0.hold = newValue } }
    }

    /// Kept only where the options ask for it.
    var ingress: IngressManifest? { more.value?.ingress }

    /// Certificates that it names for its hosts.
    var tls: [IngressTLS] { more.value?.tls ?? [] }

    /// What the annotations `weir.dev/client-…` ask for; nil for nothing.
    var client: GatewayChoices.ClientChoice? { more.value?.client }

    /// Who vouches for clients; nil where no certificate is asked for.
    var authority: ClientAuthority? { more.value?.authority }

    /// Names of the Services that in-cluster clients know the Route's tags by.
    var tagLabels: [String] {
        get { more.value?.tagLabels ?? [] }
        set { change(!newValue.isEmpty) { $0.tagLabels = newValue } }
    }

    /// Destination sets of shares that are the last good ones.
    var keptKeys: Set<DestinationKey> {
        get { more.value?.keptKeys ?? [] }
        set { change(!newValue.isEmpty) { $0.keptKeys = newValue } }
    }

    /// What targets meant when they last resolved; nil where they mean that now.
    var lastGood: [LastGoodTarget]? {
        get { more.value?.lastGood }
        set { change(newValue != nil) { $0.lastGood = newValue } }
    }

    /// Nil where nothing was ever known.
    var rollout: Rollout? {
        get { isRolloutPlain ? Rollout() : more.value?.rollout }
        set {
            isRolloutPlain = newValue == Rollout()
            let given = isRolloutPlain ? nil : newValue
            change(given != nil) { $0.rollout = given }
        }
    }
}
