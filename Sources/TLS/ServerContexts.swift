internal import COpenSSL

/// One worker's side of TLS: makes a session for each connection that is accepted.
@safe
package struct ServerContexts: ~Copyable {
    private let context: WorkerContext

    /// Nothing can be served before a set was adopted.
    ///
    /// - Precondition: `TLSPolicy.check` holds for the policy's suites.
    package init(policy: TLSPolicy, tickets: TicketKeys) {
        context = WorkerContext(policy: policy, tickets: tickets)
    }

    /// Uses these certificates from the next handshake on; established sessions keep theirs.
    package mutating func adopt(_ set: CertificateSet) { context.served?.set = set }

    /// Uses these suites of TLS 1.2 from the next handshake on.
    ///
    /// - Precondition: `TLSPolicy.check` holds for them.
    package mutating func adopt(ciphers: String) { context.use(ciphers: ciphers) }

    /// A session for a new connection; nil when there is no memory for one.
    package mutating func accept() -> TLSSession? { TLSSession.accept(context) }
}

@available(*, unavailable) extension ServerContexts: Sendable {}
