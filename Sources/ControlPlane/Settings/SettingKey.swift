/// One setting: its name in the file, its help, and how its text becomes a value.
///
/// The flag and the environment variable follow from the name by rule, so that whoever knows
/// one knows all three. A secret has no flag: other users see a process's arguments.
package struct SettingKey: Sendable {
    /// The name in the file, sections joined by dots: `listeners.admin`.
    package let name: String
    /// One line for people, without a full stop.
    package let summary: String
    /// True when several values may be given.
    package let isList: Bool
    /// True when its value must never be shown: no flag, no fault that repeats it.
    package let isSecret: Bool
    /// Checks the texts (one, unless `isList`) and stores their value.
    let store: @Sendable (inout Settings, [String]) throws(SettingRefusal) -> Void

    /// The flag, without its two dashes: `listeners-admin`.
    package var flag: String { name.replacing(".", with: "-") }

    /// The environment variable: `WEIR_LISTENERS_ADMIN`.
    package var variable: String {
        "WEIR_" + name.uppercased().replacing(".", with: "_").replacing("-", with: "_")
    }

    init(
        _ name: String, _ summary: String, isList: Bool = false, isSecret: Bool = false,
        store: @escaping @Sendable (inout Settings, [String]) throws(SettingRefusal) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.isList = isList
        self.isSecret = isSecret
        self.store = store
    }
}
