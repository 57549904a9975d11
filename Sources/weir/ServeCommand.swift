import ArgumentParser
import ControlPlane
import Foundation
import Logging

/// Serves manifests until it is told to end.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the Routes of folders and files of manifests.",
        discussion: """
            Every setting may be given in the file, as an environment variable (--drain-time is
            WEIR_DRAIN_TIME and, in the file, drain-time; --listeners-admin is WEIR_LISTENERS_ADMIN
            and admin under listeners), or as a flag; a flag wins, then the environment. Lists
            take commas or the flag again. SIGHUP reads all manifests again, SIGTERM drains.

            EXAMPLES
              weir serve --manifests conf/demo
              weir serve --config conf/weir.yaml --manifests routes/ --manifests more.yaml
              weir serve --manifests routes/ --workers 2 --listeners-external-http :80,[::1]:8000
              WEIR_LOG_LEVEL=debug weir serve --manifests routes/
            """)

    @Option(name: .shortAndLong, help: "A file of settings; conf/weir.yaml is a sample.")
    var config: String?
    @Option(name: .shortAndLong, help: "text or json, one line for each listener.")
    var output = OutputForm.text
    @OptionGroup(title: "Settings")
    var flags: SettingFlags

    func run() async throws {
        Gateway.limitThreads()
        do {
            let (settings, notices) = try readSettings()
            let logger = Gateway.logger(settings.logLevel)
            for notice in notices { logger.notice("\(notice)") }
            guard !settings.manifests.isEmpty else {
                throw GatewayFault("no manifests to serve, --manifests PATH would be right")
            }
            let output = output
            let gateway = try Gateway(settings, logger: logger) { name, address in
                Output.line(Self.line(name, address, output))
            }
            try await gateway.run()
        } catch {
            Output.complain("\(error)")
            throw CouldNotRun.code
        }
    }

    private func readSettings() throws -> (settings: Settings, notices: [SettingFault]) {
        let environment = ProcessInfo.processInfo.environment
        var input = SettingsInput(environment: environment, flags: flags.texts)
        if let path = config ?? environment["WEIR_CONFIG"] {
            do throws(SmallFile.Refusal) {
                input.file = (path, try SmallFile.text(path, sizeMax: 1 << 20))
            } catch {
                throw GatewayFault("\(path): \(error.text)")
            }
        }
        return try input.resolve()
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
