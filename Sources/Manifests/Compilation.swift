package import Routing

/// All that the loaded manifests mean right now.
package struct Compilation: Sendable {
    /// In order of priority: where two want one host, the earlier has it.
    package let routes: [RouteSource]
    /// Every destination set that a route names, in no order.
    package let destinations: [DestinationSource]
    /// All that is wrong now, in a fixed order; the same until it changes, so that a caller who
    /// reports what is new says everything once.
    package let faults: [ObjectFault]
    /// What is worth saying, but refuses nothing; in the same way.
    package let notices: [ObjectFault]

    let files: [String: FileState]
    let index: ObjectIndex
    let programs: ProgramTable
    let table: DestinationTable

    init(
        routes: [RouteSource], destinations: [DestinationSource], files: [String: FileState],
        skipped: [String: [String: Int]], index: ObjectIndex, programs: ProgramTable,
        table: DestinationTable
    ) {
        self.routes = routes
        self.destinations = destinations
        self.files = files
        self.index = index
        self.programs = programs
        self.table = table
        let spoken = files.sorted { $0.key < $1.key }
        var faults = spoken.flatMap(\.value.faults)
        var notices = spoken.flatMap(\.value.notices)
        for program in programs.speaking {
            faults += program.faults
            notices += program.notices
        }
        self.faults = faults
        self.notices =
            notices + Self.skippedNotices(skipped) + index.duplicates + programs.conflicts
    }

    /// The Ingress in force of that name, compiled or loaded.
    package func ingress(_ namespace: String, _ name: String) -> IngressManifest? {
        for kind in [ObjectKind.route, .ingress] {
            if let program = programs.byKey[ObjectKey(kind, namespace, name)],
                program.source != nil
            {
                return program.ingress
            }
        }
        return nil
    }

    /// A fault about the object behind a route that the table does not take; nil for no route.
    package func fault(ofRoute key: String, reason: String) -> ObjectFault? {
        let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        for kind in [ObjectKind.route, .ingress] {
            if let program = programs.byKey[ObjectKey(kind, parts[0], parts[1])],
                program.source?.key == key
            {
                return program.object.fault(
                    field: "spec", wrong: "is not in the table: \(reason)",
                    right: "less of it would be right")
            }
        }
        return nil
    }

    /// One for each kind that is not read.
    private static func skippedNotices(_ skipped: [String: [String: Int]]) -> [ObjectFault] {
        skipped.sorted { $0.key < $1.key }.compactMap { kind, files in
            files.min { $0.key < $1.key }.map { file, line in
                ObjectFault(
                    file: file, line: line, kind: kind, namespace: "", name: "", field: "kind",
                    wrong: "\(kind) is not read: skipped", right: "nothing needs to be done")
            }
        }
    }
}
