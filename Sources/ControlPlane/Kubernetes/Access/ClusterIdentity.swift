/// Who we are to the API server; a certificate and one of the others may be used together.
package struct ClusterIdentity: Sendable {
    /// What is sent with each call.
    package enum Bearer: Sendable {
        case nobody
        case token(SecretText)
        /// Read again when the file changes.
        case tokenFile(String)
        case password(user: String, SecretText)
        case plugin(ExecPlugin)
    }

    package var bearer: Bearer
    /// Shown in the TLS handshake.
    package var certificate: PEMSource?
    package var key: PEMSource?

    package init(_ bearer: Bearer = .nobody) { self.bearer = bearer }
}
