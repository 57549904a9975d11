package import Routing

/// All that the loaded manifests mean right now.
package struct Compilation: Sendable {
    /// Differs where the certificates, or who vouches for clients or upstreams, may.
    package let certificatesNumber: Int
    /// All that is wrong now, in a fixed order; the same until it changes, so that a caller who
    /// reports what is new says everything once.
    package let faults: [ObjectFault]
    /// What is worth saying, but refuses nothing; in the same way.
    package let notices: [ObjectFault]

    let files: [String: FileState]
    let index: ObjectIndex
    let programs: ProgramTable
    let table: DestinationTable
    let plan: CertificatePlan
    let trustPlan: TrustPlan
    private let rolloutTable: RolloutTable
    /// When to compile again for an Ingress that waits, nanoseconds since 1970; nil for none.
    package let nextHoldAt: Int64?
    let platform: Platform
    /// Counts how often that was read anew.
    let platformNumber: Int
    let options: ManifestOptions

    init(
        certificatesNumber: Int, files: [String: FileState],
        skipped: [String: [String: Int]], index: ObjectIndex,
        programs: ProgramTable, table: DestinationTable, plan: CertificatePlan, trust: TrustPlan,
        rolloutTable: RolloutTable, nextHoldAt: Int64?, platform: Platform,
        platformNumber: Int, options: ManifestOptions
    ) {
        self.certificatesNumber = certificatesNumber
        self.files = files
        self.index = index
        self.programs = programs
        self.table = table
        self.plan = plan
        trustPlan = trust
        self.rolloutTable = rolloutTable
        self.nextHoldAt = nextHoldAt
        self.platform = platform
        self.platformNumber = platformNumber
        self.options = options
        let spoken = files.sorted { $0.key < $1.key }
        var faults = spoken.flatMap(\.value.faults)
        var notices = spoken.flatMap(\.value.notices)
        for program in programs.speaking {
            faults += program.faults
            notices += program.notices
        }
        self.faults =
            faults + (trust.fault.map { [$0] } ?? [])
            + Self.untrustedFaults(programs, table, options)
        self.notices =
            notices + Self.skippedNotices(skipped) + index.duplicates + programs.conflicts
            + Self.defaultNotices(platform, index)
    }

    /// In order of priority: where two want one host, the earlier has it.
    package var routes: [RouteSource] { programs.ranked.compactMap(\.source) }

    /// Every destination set that a route names, in no order.
    package var destinations: [DestinationSource] { table.sources }

    /// What the ConfigMap config-weir says.
    package var gatewayMap: GatewayMap { platform.gateway }

    /// Names of ExternalName Services: tell the store their addresses, and again when they change.
    package var names: Set<String> { Set(table.names.keys) }

    /// When to compile again for a rollout's next step, nanoseconds since 1970; nil for never.
    package var nextStepAt: Int64? { rolloutTable.nextStepAt }

    /// The state of each Route that has time for rollouts, by the Ingress's `namespace/name`: the
    /// annotation of §1.9, to be kept over restarts.
    package var rollouts: [String: String] { rolloutTable.texts }

    /// The Ingress in force of that name, compiled or loaded.
    package func ingress(_ namespace: String, _ name: String) -> IngressManifest? {
        for kind in ProgramTable.servedKinds {
            if let program = programs.byKey[ObjectKey(kind, namespace, name)],
                program.isServed
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
        for kind in ProgramTable.servedKinds {
            if let program = programs.byKey[ObjectKey(kind, parts[0], parts[1])],
                program.route?.key == key
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
