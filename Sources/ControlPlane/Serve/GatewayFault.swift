/// Why the gateway could not run, in one line for people.
package struct GatewayFault: Error, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }

    /// A listener that could not be opened.
    static func listener(_ setting: String, _ address: ListenAddress, _ why: String) -> Self {
        GatewayFault("listeners.\(setting): \(address): \(why)")
    }
}
