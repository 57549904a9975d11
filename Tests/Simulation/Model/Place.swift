/// Where an upstream is, and which revision it is of.
package struct Place: Hashable, Sendable, CustomStringConvertible {
    package let revision: String
    package let address: Address

    package init(revision: String, address: Address) {
        self.revision = revision
        self.address = address
    }

    package var description: String { "\(revision)@\(address)" }
}
