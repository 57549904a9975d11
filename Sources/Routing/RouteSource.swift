/// One Knative Ingress as the table takes it in: text, not yet compiled.
///
/// Made by Manifests after defaulting and validation; percents are millionths here and sum to
/// `Share.whole` (the maker normalises).
package struct RouteSource: Hashable, Sendable {
    /// Identity that survives changes: `namespace/name` of the Ingress.
    package var key: String
    package var namespace: String
    /// The Route's name, for metrics and logs.
    package var name: String
    /// The value that answers `K-Network-Hash: override` (§3.1), 64 hexadecimal digits.
    package var hash: String
    package var rules: [RuleSource]
    /// Responses say which revision answered (`weir.dev/expose-revision`).
    package var exposesRevision: Bool

    package init(
        key: String, namespace: String, name: String, hash: String, rules: [RuleSource],
        exposesRevision: Bool = false
    ) {
        self.key = key
        self.namespace = namespace
        self.name = name
        self.hash = hash
        self.rules = rules
        self.exposesRevision = exposesRevision
    }
}

/// Hosts and the paths that they share.
package struct RuleSource: Hashable, Sendable {
    /// Lower case, without port; empty means any host.
    package var hosts: [String]
    /// True for ExternalIP rules: served by external and internal listeners.
    ///
    /// False for ClusterLocal: internal listeners only.
    package var isExternal: Bool
    /// Plain requests on an external listener get a 301 to https (§2.5, httpOption Redirected).
    package var redirectsToHTTPS: Bool
    /// In the Ingress's order; the table sorts by prefix length, stably.
    package var paths: [PathSource]

    package init(
        hosts: [String], isExternal: Bool, redirectsToHTTPS: Bool, paths: [PathSource]
    ) {
        self.hosts = hosts
        self.isExternal = isExternal
        self.redirectsToHTTPS = redirectsToHTTPS
        self.paths = paths
    }
}

/// A literal path prefix with its conditions, edits and split.
package struct PathSource: Hashable, Sendable {
    /// Compared byte for byte with the raw path's beginning; at least `/`.
    package var prefix: String
    /// All must hold.
    package var conditions: [FieldCondition]
    /// Replaces Host towards the upstream.
    package var rewriteHost: String?
    /// Set on the request towards the upstream, after the split's own (the path wins).
    package var edits: [FieldEdit]
    /// The tag that this path serves, empty for the default split; for metrics and logs.
    package var tag: String
    package var splits: [SplitSource]
    /// Clients that may have this path; for others it is not there.
    ///
    /// Nil lets everybody, an empty list nobody.
    package var access: [NetworkSource]?
    /// Tried in order before the split; only untagged default paths have any.
    package var trafficRules: [TrafficRule]
    /// Keeps a client on its share; nil draws for each request.
    package var sticky: StickySource?

    package init(
        prefix: String, conditions: [FieldCondition], rewriteHost: String?, edits: [FieldEdit],
        tag: String, splits: [SplitSource], access: [NetworkSource]? = nil,
        trafficRules: [TrafficRule] = [], sticky: StickySource? = nil
    ) {
        self.prefix = prefix
        self.conditions = conditions
        self.rewriteHost = rewriteHost
        self.edits = edits
        self.tag = tag
        self.splits = splits
        self.access = access
        self.trafficRules = trafficRules
        self.sticky = sticky
    }
}

/// A request field must have exactly this value; an empty value means: must be present (§2.5).
package struct FieldCondition: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// The same bytes.
    package static func == (left: FieldCondition, right: FieldCondition) -> Bool {
        left.name.hasBytes(of: right.name) && left.value.hasBytes(of: right.value)
    }
}

/// A field that is set: every value that the client sent is replaced by this one.
package struct FieldEdit: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// The same bytes.
    package static func == (left: FieldEdit, right: FieldEdit) -> Bool {
        left.name.hasBytes(of: right.name) && left.value.hasBytes(of: right.value)
    }
}

/// One share of a split.
package struct SplitSource: Hashable, Sendable {
    /// Millionths of the split; 0 gets nothing, ever.
    package var share: UInt32
    /// The revision's name, or the Service's where there is no revision; for metrics and logs.
    package var revision: String
    package var destinations: DestinationKey
    package var edits: [FieldEdit]

    package init(
        share: UInt32, revision: String, destinations: DestinationKey, edits: [FieldEdit]
    ) {
        self.share = share
        self.revision = revision
        self.destinations = destinations
        self.edits = edits
    }
}

/// The unit of a split.
package enum Share {
    package static let whole: UInt32 = 1_000_000
}

/// A destination set as the table takes it in.
package struct DestinationSource: Hashable, Sendable {
    package var key: DestinationKey
    package var protocolToUpstream: UpstreamProtocol
    /// What is demanded of the upstream's certificate; nil asks in plain text.
    package var tls: UpstreamTLS?
    /// May be empty: then the share answers 503.
    package var addresses: [AddressSource]
    /// Our own internal listener: decided again in process, without a socket (Knative §1.11).
    package var isInnerHop: Bool

    package init(
        key: DestinationKey, protocolToUpstream: UpstreamProtocol, tls: UpstreamTLS? = nil,
        addresses: [AddressSource], isInnerHop: Bool = false
    ) {
        self.key = key
        self.protocolToUpstream = protocolToUpstream
        self.tls = tls
        self.addresses = addresses
        self.isInnerHop = isInnerHop
    }
}

/// What a destination set speaks.
package enum UpstreamProtocol: UInt8, Hashable, Sendable {
    case http1
    /// HTTP/2: with prior knowledge in plain text, over TLS as ALPN agrees on.
    case h2c
}

extension UpstreamProtocol {
    /// As people are told it: with TLS or without.
    package func name(overTLS isTLS: Bool) -> String {
        switch self {
        case .http1: isTLS ? "https" : "http/1.1"
        case .h2c: isTLS ? "h2" : "h2c"
        }
    }
}

/// What is demanded of an upstream that is asked over TLS.
///
/// Part of a destination's identity: a connection made under one demand is never used under
/// another.
package struct UpstreamTLS: Hashable, Sendable {
    /// The certificate must have one of them; 1 to 255 bytes each, at least one name.
    package var names: [String]
    /// Whose word counts: equal for equal trust, in this and every other table of the process.
    package var trust: UInt32

    package init(names: [String], trust: UInt32) {
        self.names = names
        self.trust = trust
    }

    /// As TLS takes them: each behind its length in one byte.
    var wire: [UInt8] { names.flatMap { [UInt8($0.utf8.count)] + $0.utf8 } }

    /// What is beyond the table's limits, nil when nothing is.
    var excess: String? {
        if names.isEmpty { return "no name to expect of its certificate" }
        let bytesMax = TableLimits.certificateNameBytesMax
        if names.contains(where: { $0.isEmpty || $0.utf8.count > bytesMax }) {
            return "a name of its certificate of 0 or more than \(bytesMax) bytes"
        }
        return names.count > TableLimits.certificateNamesMax
            ? "more than \(TableLimits.certificateNamesMax) names of its certificate" : nil
    }
}

/// An upstream's IP address and port.
package struct AddressSource: Hashable, Sendable {
    /// The address's bytes, the first the highest; IPv4 is the upper half of `high`.
    private let high: UInt64
    private let low: UInt64
    private let isIPv6: Bool
    package let port: UInt16

    /// 4 bytes (IPv4) or 16 (IPv6), network order.
    package init(ip: [UInt8], port: UInt16) {
        precondition(ip.count == 4 || ip.count == 16)
        var words: [UInt64] = [0, 0]
        for (index, byte) in ip.enumerated() {
            words[index / 8] |= UInt64(byte) << UInt64(56 - 8 * (index % 8))
        }
        (high, low) = (words[0], words[1])
        isIPv6 = ip.count == 16
        self.port = port
    }

    /// 4 bytes (IPv4) or 16 (IPv6), network order.
    package var ip: [UInt8] {
        (0..<(isIPv6 ? 16 : 4)).map { index in
            UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - 8 * (index % 8)))
        }
    }
}
