package import Bytes
package import HTTP

/// The immutable compiled form of all routes, as a worker reads it.
///
/// A plain view of a snapshot: it keeps nothing alive and is valid until the worker says that it
/// serves a later version. Decides; counts only the draw. Nothing here allocates or retains.
package struct RouteTable: Sendable {
    /// LIMIT: hops to our own internal listener that one request may take.
    package static let innerHopsMax = 2

    package let version: UInt64
    private let root: BlockView
    private let seed: HashSeed

    package init(_ snapshot: Snapshot) {
        version = snapshot.version
        root = snapshot.root
        seed =
            root.isEmpty
            ? HashSeed(0, 0)
            : HashSeed(
                root.load64(at: Layout.Root.hashStart), root.load64(at: Layout.Root.hashFactor))
    }

    /// Host, then path and conditions, then rules, then the client's key or the split's draw.
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
        var trace = NoTrace()
        return walk(
            head, bytes, for: asker, entropy: &entropy, draws: draws, regex: &regex,
            preferring: preferring, &trace)
    }

    /// Whether a destination is in some set of this table.
    package func isCurrent(destination: Handle) -> Bool {
        word(of: destination) == destination.generation && destination.generation != 0
    }

    /// Whether a destination's sets have left, and it may come back under its identity.
    package func hasLeft(destination: Handle) -> Bool {
        word(of: destination) == destination.generation ^ Layout.DestinationPage.leftMark
    }

    /// What stands at the destination's index; 0 where there is none.
    private func word(of destination: Handle) -> UInt32 {
        guard !root.isEmpty else { return 0 }
        let page = Int(destination.index) >> Layout.DestinationPage.shift
        guard page < Int(root.load32(at: Layout.Root.destinationPageCount)) else { return 0 }
        let pages = Int(root.load32(at: Layout.Root.setPageCount)) + Layout.Root.shardCount
        let generations = root.link(at: Layout.Root.shards + (pages + page) * Layout.linkSize)
        let index = Int(destination.index) & (1 << Layout.DestinationPage.shift - 1)
        return generations.load32(at: index * 4)
    }

    // MARK: Lookups

    /// The host's path list for the listener, else the catch-all's, which is the empty host's.
    func paths(
        of host: Span<UInt8>, on listener: ListenerKind
    ) -> (host: HostView, list: Int)? {
        guard !root.isEmpty else { return nil }
        return exactPaths(of: host, on: listener) ?? exactPaths(of: Span(), on: listener)
    }

    private func exactPaths(
        of host: Span<UInt8>, on listener: ListenerKind
    ) -> (host: HostView, list: Int)? {
        let hash = ByteScan.hash(ignoringCase: host, seed)
        let link = Layout.Root.shards + HostShard.index(of: hash) * Layout.linkSize
        let shard = HostShard(block: root.link(at: link))
        guard let (found, _) = shard.find(host, hash: hash) else { return nil }
        let list = found.paths(on: listener)
        return list == 0 ? nil : (found, list)
    }

    /// The destination set of a share.
    func destinations(of share: Int, in route: BlockView) -> DestinationSetView {
        let set = Int(route.load32(at: share + Layout.Share.destinationSet))
        let page = set >> Layout.SetPage.shift
        precondition(page < Int(root.load32(at: Layout.Root.setPageCount)))
        let links = root.link(
            at: Layout.Root.shards + (Layout.Root.shardCount + page) * Layout.linkSize)
        let index = set & (1 << Layout.SetPage.shift - 1)
        return DestinationSetView(block: links.link(at: index * Layout.linkSize))
    }
}
