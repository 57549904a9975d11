/// A program that gives a credential when it is run (client.authentication.k8s.io).
package struct ExecPlugin: Sendable {
    /// Found already: an absolute path.
    var path: String
    var arguments: [String]
    /// What it finds beside our own environment.
    var environment: [String: String]
    /// The version of `ExecCredential` that is spoken with it.
    var apiVersion: String
    /// The cluster as JSON, for a plugin that asks to be told.
    var cluster: String?
    /// `FILE: users[NAME].exec`, for faults.
    var place: String
    var installHint: String

    /// What it is told of its run: nobody sits here to answer its questions.
    private var info: String {
        #"{"apiVersion":"\#(apiVersion)","kind":"ExecCredential","spec":{"#
            + (cluster.map { #""cluster":\#($0),"# } ?? "") + #""interactive":false}}"#
    }

    /// Runs it and reads its answer.
    func run() async -> Result<ExecAnswer, APIFault> {
        var variables = environment
        variables["KUBERNETES_EXEC_INFO"] = info
        let run = ExecRun(path: path, arguments: arguments, environment: variables)
        do throws(ExecRefusal) {
            return .success(try ExecAnswer(try await run.output(), version: apiVersion))
        } catch {
            let hint = installHint.isEmpty ? "" : "; \(APIFault.oneLine(installHint))"
            return .failure(.unauthorized("\(place): \(path): \(error.text)\(hint)"))
        }
    }
}
