/// A text that is never shown: not in a description, a dump or a fault.
package struct SecretText: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The text itself, for who has to compare it.
    package let bytes: [UInt8]

    package init(_ text: String) { bytes = Array(text.utf8) }

    package var description: String { "(secret)" }

    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
