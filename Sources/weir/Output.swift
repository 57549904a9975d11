import Foundation

/// What the command says: results on standard output, complaints on standard error.
enum Output {
    /// Writes a line at once; a reader that is gone is no matter.
    static func line(_ text: String) { write(text + "\n") }

    /// Writes text as it is.
    static func write(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    /// Writes a line to standard error.
    static func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// True when a person looks at standard output.
    static var isTerminal: Bool { isatty(1) == 1 }
}
