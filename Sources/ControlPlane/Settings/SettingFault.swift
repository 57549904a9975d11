/// Why a setting's text is refused: what is wrong, and what would be right.
package struct SettingRefusal: Error, Hashable {
    package var wrong: String
    package var right: String
}

/// One line about one setting, for people.
package struct SettingFault: Hashable, Sendable, CustomStringConvertible {
    /// Where it was given: `conf/weir.yaml:3`, `--workers` or `WEIR_WORKERS`.
    package var place: String
    /// The setting's name; empty when the whole file is meant, or the place says it.
    package var key: String
    package var wrong: String
    package var right: String

    package var description: String {
        place + ": " + (key.isEmpty ? "" : key + ": ") + wrong + ", " + right
    }
}

/// Everything that is wrong with the settings, in the order found.
package struct SettingFaults: Error, Hashable, CustomStringConvertible {
    package var faults: [SettingFault]

    /// One fault a line.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}
