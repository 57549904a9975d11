package import Bytes

/// What the table says of one head.
///
/// The texts and lists are views into the snapshot: valid during the worker's turn only. What an
/// exchange needs for longer it copies (handles may be kept).
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
    let route: BlockView
    let path: Int
    let share: Int
    /// Where to: empty unless `kind` is `toRevision`.
    package let destinationSet: DestinationSetView
    /// What made the choice.
    package var reason: DecisionReason { .none }
    /// The place of the rule that decided in its path's list; -1 when none did.
    package var rule: Int { -1 }
    /// Where a sticky client stands in the split, in millionths; `.max` when nothing was sticky.
    package var bucket: UInt32 { .max }
    /// What the response and the upstream's head have to do with the cookie.
    package var stickiness: Stickiness { .none }
    /// Responses say which revision answered (`weir.dev/expose-revision`).
    package var exposesRevision: Bool { false }
    /// Hops to our own internal listener that were decided on the way, 0 to 2.
    package var innerHops: Int { 0 }

    static func none(_ kind: Kind, isProbe: Bool) -> Decision {
        Decision(
            kind: kind, isProbe: isProbe, route: .empty, path: 0, share: 0, destinationSet: .empty)
    }

    /// Whether a path matched, so that namespace, route, hash and tag are there.
    package var hasRoute: Bool { !route.isEmpty }
    /// Whether a share was drawn, so that series, revision and edits are there.
    package var hasShare: Bool { share != 0 }

    /// The identity of (namespace, route, revision, tag) in telemetry; none without a share.
    package var series: Handle {
        hasShare ? route.handle(at: share + Layout.Share.series) : .none
    }

    /// Set on the request towards the upstream.
    package var edits: EditList {
        guard hasShare else { return .empty }
        return EditList(
            block: route,
            offset: Int(route.load32(at: share + Layout.Share.edits)),
            count: Int(route.load32(at: share + Layout.Share.editCount)))
    }

    /// The Host towards the upstream; empty: as the client sent it.
    package var rewriteHost: BlockView {
        hasRoute ? route.text(at: path + Layout.Path.rewriteHost) : .empty
    }

    /// Answers `K-Network-Hash: override`: 64 hexadecimal digits (Knative §3.2).
    package var hash: BlockView { hasRoute ? route.text(at: Layout.Route.hash) : .empty }

    package var namespace: BlockView { hasRoute ? route.text(at: Layout.Route.namespace) : .empty }
    package var routeName: BlockView { hasRoute ? route.text(at: Layout.Route.name) : .empty }
    package var tag: BlockView { hasRoute ? route.text(at: path + Layout.Path.tag) : .empty }
    package var revision: BlockView {
        hasShare ? route.text(at: share + Layout.Share.revision) : .empty
    }
}
