package import Bytes

/// The TLS of one connection: cipher text in, plain bytes out, and back; one pointer, no I/O.
///
/// Owned by one thread, that of the `ServerContexts` it came from.
@safe
package struct TLSSession: ~Copyable {
    private init() {}

    /// No session: what a plain connection holds; costs nothing.
    package static var none: TLSSession { TLSSession() }

    package var isNone: Bool { true }

    /// Takes all of `cipherText` (at most 64 KiB at a time), appends what it says to `plain` and
    /// what must be sent (handshake, alerts, tickets) to `answers`.
    ///
    /// After `.closed` and `.failed` bytes are dropped and the same is returned.
    package mutating func open(
        _ cipherText: inout Buffer, into plain: inout Buffer, answers: inout Buffer,
        from pool: inout ChunkPool
    ) -> TLSProgress {
        .failed(.library)
    }

    /// Whether the handshake has ended since the last call; true once.
    package mutating func takeEstablished() -> Bool { false }

    /// Appends both parts, in order, as records of up to 16 KiB; small parts share a record.
    ///
    /// Only on an established session. False when OpenSSL failed: close the connection.
    @discardableResult
    package mutating func seal(
        _ first: Span<UInt8>, _ second: Span<UInt8>, into cipherText: inout Buffer,
        from pool: inout ChunkPool
    ) -> Bool {
        false
    }

    /// Appends `close_notify`, once; nothing before the handshake's end or after a fault.
    package mutating func sealClose(
        into cipherText: inout Buffer, from pool: inout ChunkPool
    ) {}
}

@available(*, unavailable) extension TLSSession: Sendable {}
