import ArgumentParser
import ControlPlane
import Foundation

/// Says why Routes of a cluster are not ready.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say why a Route of a cluster is not ready.",
        discussion: """
            Looks at the cluster as a replica would, and reads only: another gateway's
            class, a missing Service or Secret, no ready address, a host that an older
            object has, a replica that lags, a right that is missing. Each with the
            next step.

            Ends with 0 when nothing is wrong, 1 with a finding, 2 when the cluster
            cannot be asked.

            EXAMPLES
              weir doctor
              weir doctor shop/cart --kube-context staging
              weir doctor -o json
            """)

    @Argument(help: ArgumentHelp("Routes to look at; default: all.", valueName: "namespace/name"))
    var routes: [String] = []
    @Option(name: .shortAndLong, help: "A file of settings; default: WEIR_CONFIG.")
    var config: String?
    @Option(help: "A kubeconfig file; default: those that kubectl reads.")
    var kubeconfig: String?
    @Option(help: "Which context of it.")
    var kubeContext: String?
    @Option(help: "Where weir runs; default: weir-system, or the pod's own namespace.")
    var podNamespace: String?
    @Option(help: "Where Knative's ConfigMaps are.")
    var systemNamespace: String?
    @Option(help: "The class of weir's Ingresses.")
    var ingressClass: String?
    @Option(name: .shortAndLong, help: "text or json.")
    var output = OutputForm.text

    func run() async throws {
        let report: DoctorReport
        do {
            let environment = ProcessInfo.processInfo.environment
            Gateway.prepareProcess()
            let singles = [
                "kubeconfig": kubeconfig, "kube-context": kubeContext,
                "pod-namespace": podNamespace, "system-namespace": systemNamespace,
                "ingress-class": ingressClass,
            ]
            var flags = singles.compactMapValues { $0.map { [$0] } }
            flags["kubernetes"] = ["true"]
            let input = try SettingsInput(
                file: config ?? environment["WEIR_CONFIG"], environment: environment, flags: flags)
            let settings = try input.resolve().settings
            report = try await Doctor(settings, environment: environment)
                .examine(try routes.map(Self.pair))
        } catch {
            Output.complain("\(error)")
            throw CouldNotRun.code
        }
        Output.write(output == .json ? JSONText.of(report) : report.text)
        if !report.isGood { throw ExitCode(1) }
    }

    private static func pair(_ text: String) throws -> NamespacedPair {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("\(text): NAMESPACE/NAME would be right")
        }
        return NamespacedPair(parts[0], parts[1])
    }
}
