internal import Foundation
internal import Manifests
internal import Routing

/// Looks at settings and manifests as a gateway would, and says everything that is wrong.
package enum Checker {
    /// Looks at files and folders; settings files among them are known by their keys.
    ///
    /// Throws where a path is not there or cannot be read.
    package static func check(
        _ paths: [String], environment: [String: String] = [:]
    ) async throws(GatewayFault) -> CheckReport {
        let found = try await OfflineTable.changes(of: paths)
        let settingsFiles = found.written.filter(isSettings).sorted()
        var findings: [CheckReport.Finding] = []
        var settings = Settings()
        for path in settingsFiles.isEmpty ? [nil] : settingsFiles.map(Optional.some) {
            let input = try SettingsInput(file: path, environment: environment, flags: [:])
            do throws(SettingFaults) {
                let resolved = try input.resolve()
                settings = resolved.settings
                findings += resolved.notices.map { CheckReport.Finding(.note, $0) }
                findings += self.findings(inFilesOf: settings, file: path ?? "settings")
            } catch {
                findings += error.faults.map { CheckReport.Finding(.error, $0) }
            }
        }
        let manifests = paths.filter { !settingsFiles.contains($0) }
        // A file of settings alone says what there is to serve.
        if !manifests.isEmpty { settings.manifests = manifests }
        guard !settings.manifests.isEmpty else {
            return CheckReport(findings, objects: 0, routes: 0)
        }
        let table = try await OfflineTable(settings, skipping: Set(settingsFiles))
        findings += self.findings(of: table)
        return CheckReport(
            findings, objects: table.compilation.objects.count,
            routes: table.compilation.routes.count)
    }

    /// What is wrong with what the settings name: files, and what the kernel has.
    private static func findings(
        inFilesOf settings: Settings, file: String
    ) -> [CheckReport.Finding] {
        var faults: [GatewayFault] = []
        do throws(GatewayFault) {
            try settings.congestionControl.check()
        } catch {
            faults.append(error)
        }
        do throws(GatewayFault) {
            _ = try TicketKeyFiles(settings.ticketKeyFiles).open()
        } catch {
            faults.append(error)
        }
        return faults.map { fault in
            let parts = fault.description.components(separatedBy: ", ")
            return CheckReport.Finding(
                grade: .error, file: file, wrong: parts.dropLast().joined(separator: ", "),
                right: parts.last ?? "")
        }
    }

    private static func findings(of table: OfflineTable) -> [CheckReport.Finding] {
        let compilation = table.compilation
        let refused = table.refusals.map { refusal in
            compilation.fault(ofRoute: refusal.key, reason: refusal.reason)
                ?? ObjectFault(
                    file: refusal.key, line: 1, kind: "", namespace: "", name: "", field: "",
                    wrong: "not in the table: \(refusal.reason)", right: "less of it would be right"
                )
        }
        let errors = table.unreadable + compilation.faults + refused
        let graded =
            table.problems.map(CheckReport.Finding.init(problem:))
            + errors.map { CheckReport.Finding(.error, $0) }
            + compilation.lints().map { CheckReport.Finding(.warning, $0) }
            + compilation.notices.map {
                CheckReport.Finding($0.isSkippedKind ? .note : .warning, $0)
            }
        var seen: Set<[String]> = []
        return graded.filter { finding in
            let line = finding.line.map(String.init) ?? ""
            return seen.insert([finding.file, line, finding.field ?? "", finding.wrong]).inserted
        }
    }

    // MARK: Which files are settings

    /// Whether the file's keys are those of settings, and not those of a Kubernetes object.
    private static func isSettings(_ path: String) -> Bool {
        let text: String
        do throws(SmallFile.Refusal) {
            text = try SmallFile.text(path, sizeMax: SettingsFile.sizeMax)
        } catch {
            return false
        }
        // Most files are told by a glance.
        if text.hasPrefix("apiVersion:") || text.contains("\napiVersion:") { return false }
        guard let keys = TreeParser.keys(of: text) else { return false }
        if keys.contains("kind") || keys.contains("apiVersion") { return false }
        let known = Set(SettingKey.all.compactMap { $0.name.split(separator: ".").first })
        return keys.contains { known.contains(Substring($0)) }
    }
}

extension ObjectFault {
    /// Says only that a kind of objects is nothing to us.
    fileprivate var isSkippedKind: Bool { field == "kind" }
}
