internal import Routing

/// What the annotations `weir.dev/…` of one object ask for; those of Revisions are their own.
struct GatewayChoices: Hashable, Sendable {
    /// How clients are kept on their share; nil draws for each request.
    var sticky: StickySource.Key?
    /// Responses say which revision answered.
    var exposesRevision = false
    /// Clients that may use tags; nil lets everybody, an empty list nobody.
    var tagAccess: [NetworkSource]?
    var rules: [RuleChoice] = []
    /// Nil where no client certificate is asked for.
    var client: ClientChoice?

    /// Whose certificates clients must, or may, show.
    struct ClientChoice: Hashable, Sendable {
        /// The name of a Secret in the object's namespace that has `ca.crt`.
        var secret: String
        var isRequired: Bool
        /// Where the Secret is named.
        var line: Int
    }

    init() {}

    init(_ kind: ObjectKind, _ meta: ObjectMeta, _ cursor: Cursor, _ flaws: inout Flaws) {
        // Most objects have none.
        guard meta.annotations.keys.contains(where: { $0.hasPrefix(KnownName.ownPrefix) }) else {
            return
        }
        let annotations = cursor["annotations"]
        Self.warnOfUnread(kind, annotations, &flaws)
        let known = Self.known(on: kind)
        func value(_ name: String) -> (text: String, cursor: Cursor)? {
            // What is no string has been refused with the metadata.
            guard known.contains(name), case .text(let text)? = annotations[name].tree?.value
            else { return nil }
            return (text, annotations[name])
        }
        if let (text, cursor) = value(KnownName.sticky) {
            sticky = Self.sticky(text, cursor, &flaws)
        }
        if let (text, cursor) = value(KnownName.exposeRevision) {
            exposesRevision = text == "true"
            if text != "true", text != "false" {
                flaws.refuse(
                    cursor, "invalid value: \(text)", right: "write \"true\" or \"false\"")
            }
        }
        if let (text, cursor) = value(KnownName.tagAccess) {
            tagAccess = NetworkList.read(text, cursor, &flaws)
        }
        if let (_, cursor) = value(KnownName.rules) { rules = RuleReader.read(cursor, &flaws) }
        RuleLint.remark(rules, areTagsPrivate: tagAccess != nil, &flaws)
        client = Self.client(value(KnownName.clientCA), value(KnownName.clientCertificate), &flaws)
    }

    private static func sticky(
        _ text: String, _ cursor: Cursor, _ flaws: inout Flaws
    ) -> StickySource.Key? {
        let headerMark = "header:"
        if text.hasPrefix(headerMark) {
            let name = String(text.dropFirst(headerMark.count))
            if FieldText.isToken(name) { return .header(name) }
            flaws.refuse(
                cursor, "invalid header name \"\(name)\"", right: "write header:X-User")
            return nil
        }
        switch text {
        case "cookie": return .cookie
        case "client-ip": return .address
        default:
            flaws.refuse(
                cursor, "invalid value: \(text)", right: "write cookie, client-ip or header:NAME")
            return nil
        }
    }

    private static func client(
        _ secret: (text: String, cursor: Cursor)?, _ demand: (text: String, cursor: Cursor)?,
        _ flaws: inout Flaws
    ) -> ClientChoice? {
        guard let secret else {
            if let demand {
                flaws.refuse(
                    demand.cursor, "says nothing without \(KnownName.clientCA)",
                    right: "name the Secret that has ca.crt there")
            }
            return nil
        }
        let isWell = secret.text.split(separator: ".", omittingEmptySubsequences: false)
            .allSatisfy { DNSName.isLabel1123($0) }
        if !isWell {
            flaws.refuse(
                secret.cursor, "invalid value: \(secret.text)",
                right: "write the name of a Secret in this namespace")
        }
        if let demand, demand.text != "required", demand.text != "optional" {
            flaws.refuse(
                demand.cursor, "invalid value: \(demand.text)",
                right: "write required or optional")
        }
        return ClientChoice(
            secret: secret.text, isRequired: demand?.text != "optional", line: secret.cursor.line)
    }
}

/// Which annotations are read on which kinds.
extension GatewayChoices {
    private static let names: [String: Set<ObjectKind>] = [
        KnownName.sticky: [.route, .service, .ingress],
        KnownName.rules: [.route, .service, .ingress],
        KnownName.tagAccess: [.route, .service, .ingress],
        KnownName.exposeRevision: [.route, .service, .ingress],
        KnownName.clientCA: [.route, .service, .ingress, .domainMapping],
        KnownName.clientCertificate: [.route, .service, .ingress, .domainMapping],
        KnownName.addresses: [.revision],
        KnownName.upstreamProtocol: [.revision],
    ]

    /// By the kind's raw value.
    private static let namesOfKinds = ObjectKind.allCases.map { kind in
        names.filter { $0.value.contains(kind) }.keys.sorted()
    }

    private static func known(on kind: ObjectKind) -> [String] {
        namesOfKinds[Int(kind.rawValue)]
    }

    /// Says which annotations of ours nobody reads: most are misspelt.
    static func warnOfUnread(
        _ kind: ObjectKind, _ annotations: Cursor, _ flaws: inout Flaws
    ) {
        let unread = annotations.keys(
            beginningWith: KnownName.ownPrefix, notIn: known(on: kind))
        for name in unread.sorted() {
            flaws.warn(flaw(unread: name, on: kind, annotations[name]))
        }
    }

    private static func flaw(unread name: String, on kind: ObjectKind, _ cursor: Cursor) -> Flaw {
        var flaw = Flaw(line: cursor.line, field: cursor.path, wrong: "", right: "")
        if let kinds = names[name] {
            let others = ObjectKind.allCases.filter(kinds.contains).map(\.name)
            flaw.wrong = "is not read on a \(kind.name)"
            flaw.right = "write it on a \(others.joined(separator: ", "))"
        } else {
            let known = names.keys.sorted()
            flaw.wrong = "unknown annotation"
            flaw.right =
                NearestName.of(name, among: known, within: 4).map { "write \($0)" }
                ?? "known are \(known.joined(separator: ", "))"
        }
        return flaw
    }
}
