import ArgumentParser
import ControlPlane

/// Runs a gateway with its own upstreams and a little traffic, and shows the split at work.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Show a split at work, with upstreams of its own.",
        discussion: """
            Serves a Service with three revisions (90 %, 10 %, and a candidate that only
            its tag reaches) on loopback, sends it a little traffic, and shows what each
            revision gets. Ctrl-C ends it.

            EXAMPLES
              weir demo
              weir demo --for 10
            """)

    @Option(
        name: .customLong("for"), help: ArgumentHelp("End after this time.", valueName: "seconds"))
    var seconds: Double?

    func validate() throws {
        if let seconds, !(seconds > 0 && seconds <= 86400) {
            throw ValidationError("--for wants seconds, more than 0 and up to a day.")
        }
    }

    func run() async throws {
        Gateway.prepareProcess()
        let demo = Demo(
            time: seconds.map { .seconds($0) }, isTerminal: Output.isTerminal,
            write: { Output.write($0) })
        do {
            try await demo.run()
        } catch {
            Output.complain("\(error)")
            throw CouldNotRun.code
        }
    }
}
