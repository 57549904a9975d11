internal import Bytes
package import Manifests
package import Routing
internal import Telemetry

/// The table that a gateway with these settings would serve, made without one.
package struct OfflineTable {
    package let compilation: Compilation
    /// Files that cannot be read or watched.
    package let unreadable: [ObjectFault]
    /// What could not be watched or was left out, for people.
    package let problems: [String]
    package let refusals: [Refusal]
    package let conflicts: [HostConflict]
    private let snapshot: Snapshot
    /// Holds what the snapshot reaches.
    private let builder: TableBuilder
    private let settings: Settings

    /// Reads everything below the settings' manifests but the files to skip.
    package init(_ settings: Settings, skipping: Set<String> = []) async throws(GatewayFault) {
        self.settings = settings
        var changes = try await Self.changes(of: settings.manifests)
        problems = changes.problems
        changes.written.subtract(skipping)
        var files = ManifestFiles(settings.manifestOptions)
        files.take(changes)
        compilation = files.store.compile()
        unreadable = files.unreadable
        builder = TableBuilder(hashSeed: .drawn)
        snapshot = builder.update(files.store.takeChange())
        refusals = builder.refusals
        conflicts = builder.conflicts
    }

    /// Everything there is below these paths, as a gateway's watch finds it.
    static func changes(of paths: [String]) async throws(GatewayFault) -> ManifestChanges {
        let watch: ManifestWatch
        do throws(ManifestWatch.Refusal) {
            watch = try ManifestWatch(paths)
        } catch {
            throw GatewayFault(error.description)
        }
        defer { watch.stop() }
        for await _ in watch.signals { break }
        return watch.takeChanges()
    }

    /// What one worker that has not yet served anything would do with the request, as text or
    /// JSON.
    package func explain(
        _ request: ExplainRequest, asJSON: Bool
    ) throws(ExplainRequest.Refusal) -> String {
        let sheet = TallySheet()
        defer { sheet.destroy() }
        let explanation = try ExplainDesk(
            snapshot, ServedCertificates(compilation).set, [sheet],
            allowsUnderscores: settings.allowsUnderscores, matchLimit: settings.ruleMatchLimit
        ).explain(request)
        return asJSON ? explanation.json : explanation.text
    }
}
