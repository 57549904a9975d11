package import Manifests
package import Routing

/// What was published last, and what was wrong with what it was made from.
package struct TableReport: Sendable {
    /// The snapshot's version; 0 before the first.
    package var version: UInt64 = 0
    /// What it was made from; nil before the first.
    package var compilation: Compilation?
    /// What the workers' numbers stand for.
    package var series: [Catalog.SeriesEntry] = []
    package var splits: [Catalog.SplitEntry] = []
    /// Hosts that two routes claim.
    package var conflicts: [HostConflict] = []
    /// What the table did not take, being beyond a limit.
    package var refusals: [Refusal] = []
    /// Files that cannot be read, each with its reason.
    package var unreadable: [ObjectFault] = []
    /// Seconds from hearing of the newest change until every worker served it.
    package var applySeconds = 0.0

    package init() {}

    package var routes: [RouteSource] { compilation?.routes ?? [] }
    package var destinations: [DestinationSource] { compilation?.destinations ?? [] }

    /// Everything that is wrong, in the order of files and lines.
    package var faults: [ObjectFault] {
        (unreadable + (compilation?.faults ?? [])).sorted {
            ($0.file, $0.line) < ($1.file, $1.line)
        }
    }

    /// Faults counted by the kind of object; `File` where a file could not be read or parsed.
    ///
    /// The usual kinds stand there with 0 too, so that an alert sees them come and go.
    package var faultsByKind: [String: Int] {
        let usual = ["File", "Ingress", "Revision", "Route", "Service"]
        let found = faults.map { ($0.kind.isEmpty ? "File" : $0.kind, 1) }
        return Dictionary(usual.map { ($0, 0) } + found, uniquingKeysWith: +)
    }
}
