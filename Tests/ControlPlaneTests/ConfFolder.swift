import Foundation

/// Where `conf/` is, as seen from the tests' sources.
enum ConfFolder {
    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("conf/\(name)").path
    }
}
