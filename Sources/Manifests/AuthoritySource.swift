package import TLS

/// Whose certificates the clients of a host must, or may, show.
package struct AuthoritySource: Equatable, Sendable {
    /// Exact, lower case.
    package var host: String
    package var authority: ClientAuthority
    package var isRequired: Bool
}
