import ArgumentParser
import ControlPlane
import Foundation

/// Serves manifests until it is told to end.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the Routes of manifests or of a Kubernetes cluster.",
        discussion: """
            A setting may be given in the file (drain-time; admin, under listeners),
            as an environment variable (WEIR_DRAIN_TIME; WEIR_LISTENERS_ADMIN), or as
            a flag (--drain-time; --listeners-admin); explain-token has no flag. A flag
            wins, then the environment. Lists take commas, or the flag again.

            Settings are read at the start. SIGHUP reads all manifests and ticket keys
            again, and opens the access log's file anew. SIGTERM drains, a second one
            cuts.

            EXAMPLES
              weir serve --manifests conf/demo
              weir serve --config conf/weir.yaml --manifests routes/,more.yaml
              weir serve --manifests routes/ --workers 2 --listeners-external-http :80
              weir serve --kubernetes
              weir serve --kubernetes --kubeconfig ~/.kube/config --kube-context staging
              WEIR_LOG_LEVEL=debug weir serve --manifests routes/
            """)

    @Option(
        name: .shortAndLong, help: "A file of settings like conf/weir.yaml; default: WEIR_CONFIG.")
    var config: String?
    @Option(name: .shortAndLong, help: "text or json, one line for each listener.")
    var output = OutputForm.text
    @OptionGroup(title: "Settings")
    var flags: SettingFlags

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let output = output
        do {
            let input = try SettingsInput(
                file: config ?? environment["WEIR_CONFIG"], environment: environment,
                flags: flags.texts)
            try await Gateway.run(input) { name, address in
                Output.line(Self.line(name, address, output))
            }
        } catch {
            Output.complain("\(error)")
            throw CouldNotRun.code
        }
    }

    /// What end-to-end tests and scripts read to learn the ports.
    private static func line(
        _ name: String, _ address: ListenAddress, _ output: OutputForm
    ) -> String {
        switch output {
        case .text: "listening \(name) \(address)"
        case .json: JSONText.line(["listening": name, "address": address.description])
        }
    }
}
