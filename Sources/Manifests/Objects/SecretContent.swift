internal import TLS

/// What a Secret holds for TLS, compiled: its bytes are dropped as soon as they are read.
///
/// No text that is made here holds any of them: faults name the field only.
struct SecretContent: Equatable, Sendable {
    /// From `tls.crt` and `tls.key`, of type kubernetes.io/tls.
    var certificate: Certificate?
    /// From `ca.crt`: who may vouch for clients.
    var authority: ClientAuthority?
    /// From `ca.crt` of the one Secret that says who vouches for upstreams (§6.5).
    var trust: TrustBundle?

    private static let tlsType = "kubernetes.io/tls"
    private static let chain = "tls.crt"
    private static let key = "tls.key"
    /// An OCSP response in DER; the name that others use for it.
    private static let staple = "tls.ocsp-staple"
    private static let bundle = "ca.crt"

    /// Whether the Secret holds anything that is read; all others are nobody's business here.
    static func isRead(_ root: Cursor) -> Bool {
        var ignored = Flaws()
        if root["type"].text(&ignored) == tlsType { return true }
        return ["data", "stringData"].contains { root[$0][bundle].isPresent }
    }

    /// `isTrust`: the Secret says who vouches for upstreams.
    init(_ root: Cursor, isTrust: Bool, _ flaws: inout Flaws) {
        var ignored = Flaws()
        if isTrust { trust = Self.trust(root, &flaws) }
        if root["type"].text(&ignored) == Self.tlsType {
            certificate = Self.certificate(root, &flaws)
            // cert-manager writes the issuer there; only who refers to it needs it to be right.
            if flaws.errors.isEmpty { authority = Self.authority(root, &ignored) }
        } else if isTrust {
            // What is wrong with it has been said.
            authority = Self.authority(root, &ignored)
        } else {
            authority = Self.authority(root, &flaws)
        }
    }

    private static func certificate(_ root: Cursor, _ flaws: inout Flaws) -> Certificate? {
        let known = flaws.errors.count
        let chain = bytes(chain, root, &flaws)
        let key = bytes(key, root, &flaws)
        let staple = isPresent(staple, root) ? bytes(staple, root, &flaws) : nil
        guard flaws.errors.count == known else { return nil }
        do {
            return try Certificate.read(chain: chain, key: key, staple: staple)
        } catch {
            let name =
                switch error {
                case .unreadableKey, .keyMismatch, .weakKey: Self.key
                case .unreadableStaple, .foreignStaple: Self.staple
                default: Self.chain
                }
            flaws.refuse(
                place(name, root), error.text, right: "write a chain and its own key in PEM")
            return nil
        }
    }

    private static func authority(_ root: Cursor, _ flaws: inout Flaws) -> ClientAuthority? {
        guard isPresent(bundle, root) else { return nil }
        let known = flaws.errors.count
        let bundle = bytes(bundle, root, &flaws)
        guard flaws.errors.count == known else { return nil }
        do {
            return try ClientAuthority.read(bundle: bundle)
        } catch {
            flaws.refuse(
                place(Self.bundle, root), error.text, right: "write CA certificates in PEM")
            return nil
        }
    }

    private static func trust(_ root: Cursor, _ flaws: inout Flaws) -> TrustBundle? {
        guard isPresent(bundle, root) else { return nil }
        let known = flaws.errors.count
        let bundle = bytes(bundle, root, &flaws)
        guard flaws.errors.count == known else { return nil }
        return TrustBundle.read(bundle, place(Self.bundle, root), &flaws)
    }

    private static func isPresent(_ name: String, _ root: Cursor) -> Bool {
        place(name, root).isPresent
    }

    /// `stringData` is written over `data`, as Kubernetes does.
    private static func place(_ name: String, _ root: Cursor) -> Cursor {
        let plain = root["stringData"][name]
        return plain.isPresent ? plain : root["data"][name]
    }

    private static func bytes(
        _ name: String, _ root: Cursor, _ flaws: inout Flaws
    ) -> [UInt8] {
        let cursor = place(name, root)
        guard cursor.isPresent else {
            flaws.refuse(cursor, "missing field(s)", right: "write PEM, in base64")
            return []
        }
        let known = flaws.errors.count
        let text = cursor.text(&flaws)
        guard flaws.errors.count == known else { return [] }
        if root["stringData"][name].isPresent { return Array(text.utf8) }
        guard let bytes = Base64.decode(Array(text.utf8)) else {
            flaws.refuse(cursor, "is not base64", right: "encode it, or write it in stringData")
            return []
        }
        return bytes
    }
}
