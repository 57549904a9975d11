/// One worker's side of TLS: makes a session for each connection that is accepted.
@safe
package struct ServerContexts: ~Copyable {
    /// Nothing can be served before a set was adopted.
    package init(policy: TLSPolicy, tickets: TicketKeys) {}

    /// Uses these certificates from the next handshake on; established sessions keep theirs.
    package mutating func adopt(_ set: CertificateSet) {}

    /// A session for a new connection; nil when there is no memory for one.
    package mutating func accept() -> TLSSession? { nil }
}

@available(*, unavailable) extension ServerContexts: Sendable {}
