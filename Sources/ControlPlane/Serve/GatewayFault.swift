internal import Foundation

/// Why the gateway could not run, in one line for people.
package struct GatewayFault: Error, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }

    /// A listener that could not be opened; `text` says an unusual errno.
    static func listener(
        _ setting: String, _ address: ListenAddress, errno: CInt, _ text: String
    ) -> Self {
        let why =
            switch errno {
            case EADDRINUSE: "the address is in use, a free one or port 0 would be right"
            case EADDRNOTAVAIL:
                "this machine has no such address, one of its own would be right"
            case EACCES: "not permitted for this user, a port above 1023 would be right"
            default: "\(text), another address would be right"
            }
        return GatewayFault("listeners.\(setting): \(address): \(why)")
    }
}
