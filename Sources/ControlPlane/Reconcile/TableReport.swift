package import Manifests
package import Routing

/// What was published last, and what was wrong with what it was made from.
package struct TableReport: Sendable {
    /// The snapshot's version; 0 before the first.
    package var version: UInt64 = 0
    package var routes: [RouteSource] = []
    package var destinations: [DestinationSource] = []
    /// What each loaded object came to.
    package var objects: [ObjectReport] = []
    /// What is wrong with objects; they keep their last good form, if any.
    package var objectFaults: [ObjectFault] = []
    /// What is worth saying and refuses nothing.
    package var notices: [ObjectFault] = []
    package var catalog = Catalog(series: [], splits: [])
    /// Hosts that two routes claim.
    package var conflicts: [HostConflict] = []
    /// What the table did not take, being beyond a limit.
    package var refusals: [Refusal] = []
    /// Files that cannot be read, each with its reason.
    package var unreadable: [ObjectFault] = []
    /// Seconds from hearing of the newest change until every worker served it.
    package var applySeconds = 0.0

    package init() {}

    /// Everything that is wrong, in the order of files and lines.
    package var faults: [ObjectFault] {
        (unreadable + objectFaults).sorted { ($0.file, $0.line) < ($1.file, $1.line) }
    }

    /// Faults counted by the kind of object; `File` where a file could not be read or parsed.
    package var faultsByKind: [String: Int] {
        Dictionary(grouping: faults) { $0.kind.isEmpty ? "File" : $0.kind }.mapValues(\.count)
    }
}
