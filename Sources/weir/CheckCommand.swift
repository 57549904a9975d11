import ArgumentParser
import ControlPlane
import Foundation

/// Says everything that is wrong with manifests and settings.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong in manifests and settings.",
        discussion: """
            One line for each: file, line, error or warning, field, what is wrong and
            what would be right. A warning is legal, but surely not meant. A note is
            only worth knowing. Files with the keys of settings are read as settings,
            and hold for the manifests.

            Ends with 0 when nothing is wrong, 1 with an error or a warning.

            EXAMPLES
              weir check conf/demo
              weir check conf/weir.yaml routes/ -o json
            """)

    @Argument(help: "Files and folders of manifests, and files of settings.")
    var paths: [String]
    @Option(name: .shortAndLong, help: "text or json.")
    var output = OutputForm.text

    func run() async throws {
        let report: CheckReport
        do {
            report = try await Checker.check(
                paths, environment: ProcessInfo.processInfo.environment)
        } catch {
            Output.complain("\(error)")
            throw CouldNotRun.code
        }
        Output.write(output == .json ? JSONText.of(report) : report.text)
        if !report.isGood { throw ExitCode(1) }
    }
}
