import ArgumentParser
import ControlPlane
import Foundation

/// Says where a request goes, and why.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say where a request goes, and why.",
        discussion: """
            Asks a running gateway (--admin), or reads manifests as one would
            (--manifests, or those that --config names). The request is not sent: the
            route table is asked, rule by rule, and says why each did not hold, what the
            split does, which destinations there are, and what is changed on the way.

            Ends with 0, also when no route has it (404: `outcome` in -o json says so),
            or with 1 when every listener refuses the request.

            EXAMPLES
              weir explain GET http://hello.default.example.com/
              weir explain GET https://shop.example.com/v1/cart -H 'X-Env: qa'
              weir explain GET http://hello.default.example.com/ --manifests conf/demo
            """)

    @Argument(help: "The request's method.")
    var method: String
    @Argument(help: "Its URL; https means a TLS listener.")
    var url: String
    @Option(
        name: [.customShort("H"), .long], help: ArgumentHelp("A field.", valueName: "name: value"))
    var header: [String] = []
    @Option(help: "external or internal: where it comes in.")
    var listener: String?
    @Option(help: "The client's IP address; default 127.0.0.1.")
    var client: String?
    @Option(name: .shortAndLong, help: "Files and folders of manifests.")
    var manifests: [String] = []
    @Option(name: .shortAndLong, help: "A file of settings, for the manifests, which it may name.")
    var config: String?
    @Option(help: "The address of a gateway's admin pages; default 127.0.0.1:9901.")
    var admin: String?
    @Option(name: .shortAndLong, help: "text or json.")
    var output = OutputForm.text

    func validate() throws {
        if admin != nil, !manifests.isEmpty {
            throw ValidationError("Either --admin or --manifests, not both.")
        }
        if admin != nil, config != nil {
            throw ValidationError("Either --admin or --config, not both.")
        }
    }

    func run() async throws {
        do {
            let request = try ExplainRequest(
                method: method, url: url, headers: header, listener: listener, client: client)
            Output.write(try await answer(request))
        } catch let refusal as ExplainRequest.Refusal where refusal.isByListeners {
            Output.complain("\(refusal)")
            throw ExitCode(1)
        } catch {
            Output.complain("\(error)")
            throw CouldNotRun.code
        }
    }

    private func answer(_ request: ExplainRequest) async throws -> String {
        guard manifests.isEmpty, config == nil else {
            let input = try SettingsInput(
                file: config, environment: ProcessInfo.processInfo.environment,
                flags: ["manifests": manifests])
            let settings = try input.resolve().settings
            guard !settings.manifests.isEmpty else {
                throw GatewayFault("the settings name no manifests, --manifests would be right")
            }
            return try await OfflineTable(settings).explain(request, asJSON: output == .json)
        }
        return try await AdminClient(admin ?? "127.0.0.1:9901").explain(
            request, asJSON: output == .json)
    }
}
