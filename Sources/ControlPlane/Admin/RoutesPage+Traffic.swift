internal import Bytes
internal import Foundation
internal import Manifests
internal import Routing
internal import TLS

extension RoutesPage {
    /// A rule of `weir.dev/rules`.
    package struct TrafficRuleEntry: Encodable {
        /// All must hold, such as `header X-Env is qa`.
        package var conditions: [String]
        /// Left out where the rule names a revision.
        package var tag: String?
        package var revisions: [String]
        package var access: [String]?

        init(_ rule: TrafficRule) {
            conditions = rule.conditions.map(\.text)
            tag = rule.tag.isEmpty ? nil : rule.tag
            revisions = rule.splits.map(\.revision)
            access = rule.access.map(PathEntry.texts)
        }
    }

    /// A certificate that is served; of its key nothing is known here.
    package struct CertificateEntry: Encodable {
        /// The Secret's `namespace/name`.
        package var secret: String
        /// Server names that it is chosen for; none for the default certificate alone.
        package var names: [String]
        package var notBefore: String
        package var notAfter: String
        /// SHA-256 of the certificate, in hexadecimal digits.
        package var fingerprint: String

        init(_ secret: String, _ certificate: Certificate, names: [String]) {
            self.secret = secret
            self.names = names
            notBefore = Self.moment(certificate.notBefore)
            notAfter = Self.moment(certificate.notAfter)
            fingerprint = certificate.fingerprint.map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }

        /// ISO 8601, in UTC.
        private static func moment(_ seconds: Int64) -> String {
            Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        }
    }
}

extension RuleCondition {
    fileprivate var text: String {
        let subject =
            switch subject {
            case .path: "path"
            case .header(let name): "header \(name)"
            case .query(let name): "query \(name)"
            case .cookie(let name): "cookie \(name)"
            case .method: "method"
            }
        switch test {
        case .exact(let value): return "\(subject) is \(value)"
        case .regex(let pattern): return "\(subject) matches \(pattern)"
        case .present: return "\(subject) is there"
        case .oneOf(let values): return "\(subject) is \(values.joined(separator: " or "))"
        }
    }
}

extension RoutesPage.PathEntry {
    static func texts(_ networks: [NetworkSource]) -> [String] {
        networks.map { "\(IPText.text(of: $0.ip))/\($0.prefix)" }
    }

    static func text(_ sticky: StickySource) -> String {
        switch sticky.key {
        case .cookie: "cookie"
        case .header(let name): "header:\(name)"
        case .address: "client-ip"
        }
    }
}
