internal import NIOSSL

/// What a call of the API takes along.
struct AccessPass: Sendable {
    /// Counts the credentials: who was refused says with which one.
    var serial: Int
    /// Nil without TLS.
    var tls: TLSConfiguration?
    /// The field's value; nil for none.
    var authorization: SecretText?
}
