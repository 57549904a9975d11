import Foundation

/// An upstream of Tests/Clients that runs; its lines after the port say what it saw.
package final class PythonUpstream: Sendable {
    package let name: String
    package let port: UInt16
    package let process: ChildProcess

    /// Starts one and waits until it says its port.
    package convenience init(_ program: String, _ name: String, _ arguments: String...) throws {
        try self.init(program, name, arguments)
    }

    package init(_ program: String, _ name: String, _ arguments: [String]) throws {
        self.name = name
        let process = try ChildProcess(PythonProgram.command(program, [name] + arguments))
        self.process = process
        port = try eventually("\(program) says its port", within: .seconds(20)) {
            if let ending = process.ended {
                throw TestFault("\(program) ended: \(ending) \(process.stderr)")
            }
            let line = process.stdout.split(separator: "\n").first { $0.hasPrefix("port ") }
            return line.flatMap { UInt16($0.dropFirst(5)) }
        }
    }

    /// What it printed since.
    package var lines: [Substring] {
        process.stdout.split(separator: "\n").filter { !$0.hasPrefix("port ") }
    }

    /// Ends it.
    package func stop() {
        _ = process.stop()
    }

    deinit { stop() }
}
