internal import Bytes
internal import COpenSSL

/// What a session keeps at a fixed place: OpenSSL's object, the handshake's choices and, during a
/// call only, the buffers.
///
/// Callbacks reach it through the session's BIO. It is a plain value behind a pointer, so that no
/// access outlasts one statement: OpenSSL may call back between two of them.
///
/// SAFETY: made and freed with its session, at one address in between.
@unsafe
struct SessionState {
    /// LIMIT: bytes of a ClientHello with its record headers, and of all that the other side says
    /// in a handshake.
    static let helloMax = 16 * 1024
    static let handshakeMax = 64 * 1024
    /// LIMIT: bytes that may wait in the answers; below the largest chunk.
    static let outputMax = 192 * 1024

    /// SAFETY: owned here: freed by `TLSSession.deinit`, before everything below.
    var ssl: OpaquePointer
    /// SAFETY: retained for this session.
    var context: Unmanaged<WorkerContext>
    /// SAFETY: retained for this session once the hello has chosen it.
    var certificate: Unmanaged<Certificate>?
    /// What an upstream was offered; nil towards clients.
    let offer: ProtocolOffer?

    /// SAFETY: set on entry to a call to what the caller lent `inout`, nil outside of calls.
    var input: UnsafeMutablePointer<Buffer>?
    var output: UnsafeMutablePointer<Buffer>?
    var pool: UnsafeMutablePointer<ChunkPool>?

    /// The server name, lower case, and the client's certificate as text.
    var serverName = unsafe KeptText()
    var clientText = unsafe KeptText()
    /// What is asked of the client; 0 for nothing.
    var policy: UInt32 = 0
    /// Bytes that the other side's handshake took so far.
    var handshakeBytes = 0
    /// Whether the client's hello was read and has chosen.
    var isChosen = false
    var isEstablished = false
    /// Whether the establishment was not yet told.
    var isNews = false
    var isClosed = false
    var fault: TLSFault?

    /// The state of the session that a BIO belongs to.
    static func of(pipe: OpaquePointer?) -> UnsafeMutablePointer<SessionState>? {
        // SAFETY: only `CipherPipe` makes these BIOs, and their data is always a state.
        unsafe BIO_get_data(pipe)?.assumingMemoryBound(to: SessionState.self)
    }

    /// The state of the session that an SSL object belongs to.
    static func of(_ ssl: OpaquePointer?) -> UnsafeMutablePointer<SessionState>? {
        // SAFETY: the read BIO is ours from `accept` to the end; OpenSSL wraps only the other one.
        unsafe of(pipe: SSL_get_rbio(ssl))
    }

    /// What a session with a client chooses from.
    static func served(_ state: UnsafeMutablePointer<SessionState>) -> ServedChoices? {
        // SAFETY: the state retains its context.
        unsafe state.pointee.context._withUnsafeGuaranteedRef { $0.served }
    }

    /// Counts bytes of a handshake; false when it is over its limit.
    mutating func admits(_ count: Int) -> Bool {
        if unsafe isEstablished { return true }
        unsafe handshakeBytes += count
        let limit = unsafe isChosen || offer != nil ? Self.handshakeMax : Self.helloMax
        if unsafe handshakeBytes <= limit { return true }
        unsafe refuse(.messageSize)
        return false
    }

    /// Remembers why the session ends; the first reason counts.
    mutating func refuse(_ reason: TLSFault) {
        if unsafe fault == nil { unsafe fault = reason }
    }
}
