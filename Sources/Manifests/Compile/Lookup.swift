internal import Routing
internal import TLS

/// All that a compilation may look at, the same for all that are compiled together.
final class LookupContext: Sendable {
    let index: ObjectIndex
    let programs: ProgramTable
    /// Addresses of names.
    let names: [String: [[UInt8]]]
    let trust: TrustBundle?
    let platform: Platform
    let options: ManifestOptions

    init(
        _ index: ObjectIndex, _ programs: ProgramTable, _ names: [String: [[UInt8]]],
        _ trust: TrustBundle?, _ platform: Platform, _ options: ManifestOptions
    ) {
        self.index = index
        self.programs = programs
        self.names = names
        self.trust = trust
        self.platform = platform
        self.options = options
    }
}

/// Reads objects for one compilation and remembers what was looked at, found or not.
struct Lookup {
    let context: LookupContext
    private(set) var topics: TopicMarks
    /// What was compiled here, before and after it was packed.
    var compiled: (source: RouteSource, packed: PackedRoute)?

    init(_ context: LookupContext, reader: UInt32) {
        self.context = context
        topics = TopicMarks(reader: reader)
    }

    var platform: Platform { context.platform }
    var options: ManifestOptions { context.options }

    mutating func object(_ kind: ObjectKind, _ namespace: String, _ name: String)
        -> ManifestObject?
    {
        let hash = ObjectKey.hash(kind, namespace, name)
        topics.insert(kind, namespace, name, hash: hash)
        return context.index.object(kind, namespace, name, hash: hash)
    }

    mutating func revisions(of configuration: NamespacedName) -> [ManifestObject] {
        topics.insert(.revisions(configuration))
        return context.index.revisions(of: configuration)
    }

    mutating func addresses(of service: NamespacedName) -> [ManifestObject] {
        topics.insert(.addresses(service))
        return context.index.addresses(of: service)
    }

    /// Call this when the platform's choices go into what is compiled.
    mutating func dependsOnPlatform() {
        topics.insert(.platform)
    }

    /// Whether a loaded Route's, or its tag's, placeholder Service has that name.
    mutating func isPlaceholder(_ name: NamespacedName) -> Bool {
        topics.insert(.placeholder(name))
        return context.programs.isPlaceholder(name)
    }

    /// What a name was resolved to; nil when nobody has resolved it yet.
    mutating func addresses(ofName name: String) -> [[UInt8]]? {
        topics.insert(.name(name))
        return context.names[name]
    }
}

/// Certificates.
extension Lookup {
    mutating func secret(_ namespace: String, _ name: String) -> SecretContent? {
        guard case .secret(let content)? = object(.secret, namespace, name)?.content else {
            return nil
        }
        return content
    }

    /// Who vouches for upstreams; nil where no CA is loaded.
    mutating func trust() -> TrustBundle? {
        topics.insert(.trust)
        return context.trust
    }

    /// Whether any loaded certificate names the host, or the default one serves it.
    mutating func hasCertificate(for host: String) -> Bool {
        dependsOnPlatform()
        if let (namespace, name) = platform.defaultSecret,
            secret(namespace, name)?.certificate != nil
        {
            return true
        }
        var isNamed = false
        func look(for name: String) {
            topics.insert(.certificate(name))
            if context.index.hasCertificate(named: name) { isNamed = true }
        }
        look(for: host)
        if let wildcard = DNSName.wildcard(for: host) { look(for: wildcard) }
        return isNamed
    }

    /// By which a public host is reached.
    mutating func scheme(of host: String) -> String {
        hasCertificate(for: host) ? "https" : platform.network.externalScheme
    }

    /// The authority that the annotation names; nil where there is none.
    mutating func authority(
        _ choices: GatewayChoices, in namespace: String
    ) throws(CompileFault) -> ClientAuthority? {
        guard let client = choices.client else { return nil }
        guard let secret = secret(namespace, client.secret) else {
            throw CompileFault(
                field: "metadata.annotations.\(KnownName.clientCA)",
                wrong: "Secret \"\(client.secret)\" is not loaded",
                right: "load a Secret that has ca.crt")
        }
        guard let authority = secret.authority else {
            throw CompileFault(
                field: "metadata.annotations.\(KnownName.clientCA)",
                wrong: "Secret \"\(client.secret)\" has no valid ca.crt",
                right: "write CA certificates there, in PEM")
        }
        return authority
    }
}
