/// A program that is run to its end, such as curl or openssl.
package enum Tool {
    /// What it left.
    package struct Output: Sendable {
        package var ending: ChildProcess.Ending
        package var stdout: String
        package var stderr: String

        package var isGood: Bool { ending == .exit(0) }
    }

    /// Runs it, with no input, and waits for its end.
    package static func run(
        _ arguments: [String], environment: [String: String] = [:],
        within limit: Duration = .seconds(30)
    ) throws -> Output {
        let process = try ChildProcess(arguments, environment: environment)
        let ending = try process.waitForEnd(within: limit)
        return Output(ending: ending, stdout: process.stdout, stderr: process.stderr)
    }

    /// The same, and it must end with 0.
    @discardableResult
    package static func succeed(
        _ arguments: [String], within limit: Duration = .seconds(30)
    ) throws -> Output {
        let output = try run(arguments, within: limit)
        guard output.isGood else {
            throw TestFault("\(arguments): \(output.ending)\n\(output.stdout)\n\(output.stderr)")
        }
        return output
    }
}
