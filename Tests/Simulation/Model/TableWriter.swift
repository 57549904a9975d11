import Bytes
import Routing

/// Turns models into snapshots by the gateway's own builder, always in the same order.
package final class TableWriter {
    /// Few are kept, so that some come back in time and others too late.
    package let builder = TableBuilder(hashSeed: HashSeed(1, 2), keptDestinations: 1)
    private var last = TableModel()

    package init() {}

    /// The next snapshot, of what changed since the last.
    package func write(_ model: TableModel) -> Snapshot {
        let hosts = Set(model.routes.keys).union(last.routes.keys).sorted()
        let revisions = Set(model.addresses.keys).union(last.addresses.keys).sorted()
        let changed = hosts.enumerated().compactMap { position, host in
            model.source(host).map { RankedRoute($0, at: position) }
        }
        let removed = hosts.filter { model.routes[$0] == nil }.map { "sim/\($0)" }
        let gone = revisions.filter { model.addresses[$0] == nil }
        last = model
        return builder.update(
            TableChange(
                routes: changed, routesRemoved: removed,
                destinations: revisions.compactMap { model.destination($0) },
                destinationsRemoved: gone.map { TableModel.key($0) }))
    }
}
