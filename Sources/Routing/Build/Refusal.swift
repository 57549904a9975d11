/// A route or destination set that the table did not take; its last good form stays, if any.
package struct Refusal: Hashable, Sendable {
    /// The route's key, or the set's `namespace/service:port`.
    package let key: String
    package let reason: String
}
