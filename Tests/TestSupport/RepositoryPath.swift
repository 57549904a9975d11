import Foundation

/// Where files of the repository are.
package enum RepositoryPath {
    /// The path of a file or folder, given from the top.
    package static func of(_ path: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/" + path
    }
}
