import ArgumentParser
import ControlPlane

/// Says what this program is and what it is linked with.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version.",
        discussion: """
            EXAMPLES
              weir version
              weir version -o json
            """)

    @Option(name: .shortAndLong, help: "text or json.")
    var output = OutputForm.text

    func run() {
        let build = BuildInfo()
        switch output {
        case .text: Output.line(build.text)
        case .json: Output.write(JSONText.of(build))
        }
    }
}
