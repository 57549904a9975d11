package import Bytes

/// What the table says of one head.
///
/// The texts and lists are views into the snapshot: valid during the worker's turn only. What an
/// exchange needs for longer it copies (handles may be kept). Where inner hops were decided on
/// the way, route, tag, revision and series are the innermost hop's.
package struct Decision: Sendable {
    /// Where the exchange goes.
    package enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// To one of `destinationSet`, which is not empty.
        case toRevision
        /// 301 to https (Knative §2.5, httpOption Redirected).
        case redirect
        /// 404: no host, or no path of it, matches.
        case noRoute
        /// 503: the drawn share has no destination, or no share has a weight.
        case noDestination
        /// 508: more inner hops than `RouteTable.innerHopsMax`.
        case loop
    }

    package let kind: Kind
    /// `K-Network-Probe` was there: drawn outside the sequence, not to be counted.
    package let isProbe: Bool
    /// What made the choice.
    package let reason: DecisionReason
    private var hopCount: UInt8 = 0
    private let ruleNumber: Int16
    /// Where a sticky client stands in the split, in millionths; `.max` when nothing was sticky.
    package let bucket: UInt32
    /// What the response and the upstream's head have to do with the cookie.
    package private(set) var stickiness: Stickiness
    /// Where to: empty unless `kind` is `toRevision`.
    package let destinationSet: DestinationSetView
    /// The innermost hop.
    let hop: Hop
    /// The hops before it, from the outside.
    private(set) var outer = Hop.none
    private(set) var middle = Hop.none

    init(
        _ kind: Kind, _ hop: Hop, _ set: DestinationSetView = .empty, isProbe: Bool,
        reason: DecisionReason = .none, rule: Int = -1, bucket: UInt32 = .max,
        stickiness: Stickiness = .none
    ) {
        self.kind = kind
        self.hop = hop
        destinationSet = set
        self.isProbe = isProbe
        self.reason = reason
        ruleNumber = Int16(truncatingIfNeeded: rule)
        self.bucket = bucket
        self.stickiness = stickiness
    }

    /// The place of the rule that decided in its path's list; -1 when none did.
    package var rule: Int { Int(ruleNumber) }
    /// Hops to our own internal listener that were decided on the way, 0 to 2.
    package var innerHops: Int { Int(hopCount) }

    /// This decision as one that an earlier hop led to.
    func behind(_ earlier: Decision) -> Decision {
        var decision = self
        decision.stickiness = stickiness.behind(earlier.stickiness)
        decision.hopCount += 1
        decision.middle = outer
        decision.outer = earlier.hop
        return decision
    }

    /// This decision, which would have to go on, as one hop too many.
    var looped: Decision {
        Decision(
            .loop, hop, isProbe: isProbe, reason: reason, rule: rule, bucket: bucket,
            stickiness: stickiness)
    }

    /// Whether a path matched, so that namespace, route, hash and tag are there.
    package var hasRoute: Bool { hop.exists }
    /// Whether a share was drawn, so that series, revision and edits are there.
    package var hasShare: Bool { hop.hasShare }

    /// The identity of (namespace, route, revision, tag) in telemetry; none without a share.
    package var series: Handle { hop.series }

    /// Set on the request towards the upstream, by all hops.
    package var edits: EditList {
        if innerHops == 0 { return hop.edits }
        let first =
            innerHops == 1 ? outer.edits : outer.edits.followed(by: middle.edits)
        return first.followed(by: hop.edits)
    }

    /// The Host towards the upstream, as the last hop that rewrites it says; empty: as the
    /// client sent it.
    package var rewriteHost: BlockView {
        let own = hop.rewriteHost
        if innerHops == 0 || !own.isEmpty { return own }
        let earlier = middle.rewriteHost
        return earlier.isEmpty ? outer.rewriteHost : earlier
    }

    /// Answers `K-Network-Hash: override`: 64 hexadecimal digits (Knative §3.2).
    ///
    /// The outermost hop's, whose probe it is; further in the field is not `override` any more.
    package var hash: BlockView {
        let first = innerHops == 0 ? hop : outer
        return first.exists ? first.route.text(at: Layout.Route.hash) : .empty
    }

    package var namespace: BlockView {
        hasRoute ? hop.route.text(at: Layout.Route.namespace) : .empty
    }
    package var routeName: BlockView {
        hasRoute ? hop.route.text(at: Layout.Route.name) : .empty
    }
    /// The tag that was asked for, by host, header or rule.
    package var tag: BlockView { hop.tag }
    package var revision: BlockView { hop.revision }

    /// Responses say which revision answered (`weir.dev/expose-revision`).
    package var exposesRevision: Bool {
        hasRoute && hop.route.load32(at: Layout.Route.exposesRevision) != 0
    }
}
