internal import DataPlane
internal import Foundation

/// What this program is and what it is linked with.
package struct BuildInfo: Encodable, Hashable, Sendable {
    package var version = "0.1.0"
    /// The commit that it was built from, where the environment of the process says it.
    package var commit: String?
    package var swift = BuildInfo.compiler
    /// Versions of the C libraries, by their usual names.
    package var libraries = LinkedLibraries.versions

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        commit = environment["WEIR_COMMIT"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3.1)
            "6.3.1"
        #else
            "6.3"
        #endif
    }

    /// One line for people.
    package var text: String {
        var parts = ["weir \(version)"]
        if let commit { parts.append("commit \(commit)") }
        parts.append("Swift \(swift)")
        parts += libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return parts.joined(separator: ", ")
    }
}
