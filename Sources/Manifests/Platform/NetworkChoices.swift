/// config-network: the keys that change compilation (§5.1).
struct NetworkChoices: Hashable, Sendable {
    var ingressClass = ManifestOptions.ownIngressClass
    var domainTemplate = TextTemplate.defaultDomain
    var tagTemplate = TextTemplate.defaultTag
    /// The httpOption of Routes that say nothing themselves.
    var httpOption = "Enabled"
    /// Revisions are asked over TLS, at port 443 of their Services.
    var isSystemInternalTLS = false
    /// `http` or `https`, in status URLs.
    var externalScheme = "http"
    /// Of rollouts that say nothing themselves, in nanoseconds; 0 switches at once.
    var rolloutDuration: Int64 = 0

    /// LIMIT: a year, far within nanoseconds of 64 bits.
    private static let rolloutSecondsMax: Int64 = 366 * 86_400

    init() {}

    init(_ data: Cursor, _ flaws: inout Flaws) {
        let ingressClass = Self.text(data, ["ingress-class", "ingress.class"], &flaws).value
        if !ingressClass.isEmpty { self.ingressClass = ingressClass }
        readTemplates(data, &flaws)
        readRollout(data, &flaws)
        let (http, httpCursor) = Self.text(data, ["http-protocol", "httpProtocol"], &flaws)
        switch http.lowercased() {
        case "", "enabled": break
        case "redirected": httpOption = "Redirected"
        case "disabled":
            httpOption = ""
            flaws.warn(
                httpCursor, "http-protocol disabled is deprecated and blocks nothing",
                right: "write enabled or redirected")
        default:
            flaws.refuse(
                httpCursor, "invalid value: \(http)", right: "write enabled or redirected")
        }
        let (tls, tlsCursor) = Self.text(
            data, ["system-internal-tls", "internal-encryption"], &flaws)
        switch tls.lowercased() {
        case "", "disabled", "false": break
        case "enabled", "true": isSystemInternalTLS = true
        default:
            flaws.refuse(tlsCursor, "invalid value: \(tls)", right: "write enabled or disabled")
        }
        let (scheme, schemeCursor) = Self.text(data, ["default-external-scheme"], &flaws)
        switch scheme.lowercased() {
        case "": break
        case "http", "https": externalScheme = scheme.lowercased()
        default:
            flaws.refuse(
                schemeCursor, "invalid value: \(scheme)", right: "write http or https")
        }
    }

    /// Whole seconds without a unit, as Serving reads them (§1.9).
    private mutating func readRollout(_ data: Cursor, _ flaws: inout Flaws) {
        let (text, cursor) = Self.text(data, ["rollout-duration", "rolloutDuration"], &flaws)
        if text.isEmpty { return }
        guard let seconds = Int64(text), (0...Self.rolloutSecondsMax).contains(seconds) else {
            flaws.refuse(
                cursor, "invalid value: \(text)", right: "write whole seconds, without a unit")
            return
        }
        rolloutDuration = seconds * 1_000_000_000
    }

    /// The first of a key and its older names that is present.
    private static func text(
        _ data: Cursor, _ keys: [String], _ flaws: inout Flaws
    ) -> (value: String, cursor: Cursor) {
        let cursor = keys.lazy.map { data[$0] }.first(where: \.isPresent) ?? data[keys[0]]
        return (cursor.text(&flaws), cursor)
    }

    /// Templates are tried on a sample, as Serving does, so that a bad one is refused here.
    private mutating func readTemplates(_ data: Cursor, _ flaws: inout Flaws) {
        let (domain, domainCursor) = Self.text(data, ["domain-template", "domainTemplate"], &flaws)
        let (tag, tagCursor) = Self.text(data, ["tag-template", "tagTemplate"], &flaws)
        do {
            if !domain.isEmpty {
                domainTemplate = try TextTemplate(domain)
                _ = try domainTemplate.text(with: .sampleDomain)
            }
        } catch {
            flaws.refuse(domainCursor, error.wrong, right: error.right)
        }
        do {
            if !tag.isEmpty {
                tagTemplate = try TextTemplate(tag)
                _ = try tagTemplate.text(with: .sampleTag)
            }
        } catch {
            flaws.refuse(tagCursor, error.wrong, right: error.right)
        }
    }
}
