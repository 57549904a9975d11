internal import Routing
internal import TLS

/// One valid object, as defaulted, with the place it came from.
///
/// Immutable.
final class ManifestObject: Keyed {
    let meta: ObjectMeta
    let place: Place
    let content: Content
    /// What its own text says that is legal, but surely not meant.
    let remarks: [Flaw]

    init(
        meta: ObjectMeta, place: Place, content: Content, remarks: [Flaw] = []
    ) {
        self.meta = meta
        self.place = place
        self.content = content
        self.remarks = remarks
    }

    var key: ObjectKey { meta.key }

    /// Where in the manifests an object stands.
    struct Place: Hashable, Sendable {
        let file: String
        private let positionNumber: UInt32
        private let lineNumber: UInt32

        init(file: String, position: Int, line: Int) {
            self.file = file
            positionNumber = UInt32(position)
            lineNumber = UInt32(line)
        }

        /// Counts the objects of the file from 0.
        var position: Int { Int(positionNumber) }
        /// Counts from 1.
        var line: Int { Int(lineNumber) }

        var text: String { "\(file):\(line)" }
    }

    /// Indirect, so that a small one takes no room for the largest.
    enum Content: Equatable, Sendable {
        indirect case route(RouteContent)
        indirect case service(ServiceContent)
        indirect case configuration(ConfigurationContent)
        case revision(RevisionContent)
        indirect case ingress(IngressContent)
        indirect case domainMapping(DomainMappingContent)
        case claim(ClaimContent)
        indirect case secret(SecretContent)
        case coreService(CoreServiceContent)
        /// Endpoints or an EndpointSlice.
        case addresses(AddressContent)
        indirect case platform(PlatformContent)
        indirect case trust(TrustContent)
    }

    /// CA certificates that vouch for upstreams.
    var trust: TrustBundle? {
        switch content {
        case .secret(let secret): secret.trust
        case .trust(let trust): trust.bundle
        default: nil
        }
    }

    /// What the annotations `weir.dev/…` say, where the kind may have them.
    var choices: GatewayChoices? {
        switch content {
        case .route(let content): content.choices
        case .service(let content): content.choices
        case .ingress(let content): content.choices
        case .domainMapping(let content): content.choices
        default: nil
        }
    }

    /// One that is leaving, which a finalizer may keep for ever, comes after all others.
    var rank: Rank {
        let created = meta.isLeaving ? .max : meta.created ?? .max - 1
        return Rank(created: created, file: place.file, position: place.position)
    }

    func isSame(as other: ManifestObject) -> Bool {
        place == other.place && meta == other.meta
            && content == other.content && remarks == other.remarks
    }

    /// A fault about this object at a line of its file.
    func fault(line: Int? = nil, field: String, wrong: String, right: String) -> ObjectFault {
        ObjectFault(
            file: place.file, line: line ?? place.line, kind: key.kind.name,
            namespace: key.namespace, name: key.name, field: field, wrong: wrong, right: right)
    }
}
