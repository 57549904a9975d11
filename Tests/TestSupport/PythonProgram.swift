import Foundation

/// The clients and upstreams in Tests/Clients, which Debian's own Python runs.
package enum PythonProgram {
    /// The words that start one of them.
    package static func command(_ name: String, _ arguments: [String]) -> [String] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().path
        // Nothing is compiled beside the sources.
        return ["/usr/bin/python3", "-B", folder + "/Clients/\(name).py"] + arguments
    }

    /// Runs a client to its end, and reads the one JSON object that it printed last.
    package static func run<Answer: Decodable>(
        _ name: String, _ arguments: [String], as type: Answer.Type,
        within limit: Duration = .seconds(60)
    ) throws -> Answer {
        let output = try Tool.succeed(command(name, arguments), within: limit)
        return try answer(in: output.stdout)
    }

    /// What a client printed last.
    package static func answer<Answer: Decodable>(in output: String) throws -> Answer {
        guard let line = output.split(separator: "\n").last else { throw TestFault("no output") }
        return try JSONDecoder().decode(Answer.self, from: Data(line.utf8))
    }
}
