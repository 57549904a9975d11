package import Bytes
package import HTTP

/// The immutable compiled form of all routes, as a worker reads it.
///
/// A plain view of a snapshot: it keeps nothing alive and is valid until the worker says that it
/// serves a later version. Decides; counts only the draw. Nothing here allocates or retains.
package struct RouteTable: Sendable {
    package let version: UInt64
    private let root: BlockView

    package init(_ snapshot: Snapshot) {
        version = snapshot.version
        root = snapshot.root
    }

    /// Host, then path and conditions, then the split's draw.
    ///
    /// - Parameters:
    ///   - bytes: What the head's slices lie in.
    ///   - draws: This worker's counts, under the ids of the shares' draw cells.
    ///   - preferring: The series of an earlier decision for the same exchange; while it still
    ///     is in the matched split, even with nothing of it, it is taken again and no draw is
    ///     counted: an exchange keeps its decision.
    package func decide(
        _ head: borrowing Head, _ bytes: Span<UInt8>, for asker: Asker,
        entropy: inout Entropy, draws: CounterCells, regex: inout RegexMatcher,
        preferring: Handle?
    ) -> Decision {
        let listener = asker.listener
        let isProbe = head.isProbe()
        guard let path = match(head, bytes, on: listener) else {
            return .none(.noRoute, isProbe: isProbe)
        }
        if path.redirects && listener == .external && !asker.isTLS && !isChallenge(head, bytes) {
            return decision(.redirect, path, share: 0, isProbe: isProbe)
        }
        let split = path.split
        let drawn =
            if let preferring, let share = split.share(of: preferring) {
                Optional(share)
            } else if isProbe {
                split.drawUncounted(&entropy)
            } else {
                split.draw(draws, &entropy)
            }
        guard let drawn else { return decision(.noDestination, path, share: 0, isProbe: isProbe) }
        let share = split.share(drawn)
        let set = destinations(Int(path.route.load32(at: share + Layout.Share.destinationSet)))
        return decision(
            set.isEmpty ? .noDestination : .toRevision, path, share: share, set, isProbe: isProbe)
    }

    /// Whether a destination is in some set of this table.
    package func isCurrent(destination: Handle) -> Bool {
        guard !root.isEmpty else { return false }
        let page = Int(destination.index) >> Layout.DestinationPage.shift
        guard page < Int(root.load32(at: Layout.Root.destinationPageCount)) else { return false }
        let pages = Int(root.load32(at: Layout.Root.setPageCount)) + Layout.Root.shardCount
        let generations = root.link(at: Layout.Root.shards + (pages + page) * Layout.linkSize)
        let index = Int(destination.index) & (1 << Layout.DestinationPage.shift - 1)
        return generations.load32(at: index * 4) == destination.generation
            && destination.generation != 0
    }

    // MARK: Steps

    /// The first path that matches, in the order of the host's list.
    private func match(
        _ head: borrowing Head, _ bytes: Span<UInt8>, on listener: ListenerKind
    ) -> PathView? {
        guard !root.isEmpty else { return nil }
        let host = bytes.extracting(head.host.range)
        guard let (route, list) = paths(of: host, on: listener) ?? paths(of: Span(), on: listener)
        else { return nil }
        for index in 0..<Int(route.load32(at: list + Layout.PathList.count)) {
            let path = PathView(
                route: route,
                offset: Int(route.load32(at: list + Layout.PathList.paths + 4 * index)))
            if path.matches(head, bytes) { return path }
        }
        return nil
    }

    /// The host's path list for the listener; the empty host is the catch-all.
    private func paths(
        of host: Span<UInt8>, on listener: ListenerKind
    ) -> (route: BlockView, list: Int)? {
        let hash = ByteScan.hash(ignoringCase: host)
        let link = Layout.Root.shards + HostShard.index(of: hash) * Layout.linkSize
        let shard = HostShard(block: root.link(at: link))
        guard let slot = shard.slot(of: host, hash: hash) else { return nil }
        let found = shard.host(slot)
        let list = found.paths(on: listener)
        return list == 0 ? nil : (found.route, list)
    }

    private func destinations(_ set: Int) -> DestinationSetView {
        let page = set >> Layout.SetPage.shift
        precondition(page < Int(root.load32(at: Layout.Root.setPageCount)))
        let links = root.link(
            at: Layout.Root.shards + (Layout.Root.shardCount + page) * Layout.linkSize)
        let index = set & (1 << Layout.SetPage.shift - 1)
        return DestinationSetView(block: links.link(at: index * Layout.linkSize))
    }

    /// Exempt from redirects, so that certificates can be issued (Knative §10 T10).
    private func isChallenge(_ head: borrowing Head, _ bytes: Span<UInt8>) -> Bool {
        let prefix: StaticString = "/.well-known/acme-challenge/"
        let path = bytes.extracting(head.path.range)
        return path.count >= prefix.utf8CodeUnitCount
            && ByteScan.equal(path.extracting(first: prefix.utf8CodeUnitCount), prefix)
    }

    private func decision(
        _ kind: Decision.Kind, _ path: PathView, share: Int, _ set: DestinationSetView = .empty,
        isProbe: Bool
    ) -> Decision {
        Decision(
            kind: kind, isProbe: isProbe, route: path.route, path: path.offset, share: share,
            destinationSet: set)
    }
}

extension Head {
    /// Whether `K-Network-Probe` is there.
    fileprivate borrowing func isProbe() -> Bool {
        for index in 0..<fields.count {
            // A pattern, because `==` on an enum of another target is a call.
            if case .kNetworkProbe = fields[index].known { return true }
        }
        return false
    }
}
