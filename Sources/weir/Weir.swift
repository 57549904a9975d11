import ArgumentParser
import Foundation

/// The command: `weir serve`, `weir demo`, `weir check`, `weir explain`, `weir doctor`,
/// `weir version`.
///
/// Exit codes: 0 ok, 1 found wrong, 2 could not run.
@main
struct Weir: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir", abstract: "An edge gateway for Knative.",
        discussion: """
            EXAMPLES
              weir demo
              weir serve --manifests conf/demo
              weir serve --config conf/weir.yaml --manifests /etc/weir/manifests
              weir check conf/demo
              weir explain GET http://hello.default.example.com/ --manifests conf/demo
              weir serve --kubernetes
              weir doctor shop/cart
            """,
        subcommands: [
            ServeCommand.self, DemoCommand.self, CheckCommand.self, ExplainCommand.self,
            DoctorCommand.self, VersionCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            // Asked for help, which is no error; anything else that is wrong here is the use.
            if exitCode(for: error) == .success { exit(withError: error) }
            Output.complain(fullMessage(for: error))
            Foundation.exit(CouldNotRun.code.rawValue)
        }
    }
}

/// The exit code of a command that could not do what it was asked.
enum CouldNotRun {
    static let code = ExitCode(2)
}
