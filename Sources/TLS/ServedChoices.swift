internal import Bytes

/// What the sessions with clients share beside their worker's context; owned by one thread.
@safe
final class ServedChoices {
    /// SAFETY: our protocols as ALPN writes them, owned here.
    let protocols: UnsafeMutableBufferPointer<UInt8>
    let tickets: TicketKeys
    var set = CertificateSet.empty

    init(protocols: [String], tickets: TicketKeys) {
        let wire = protocols.flatMap { [UInt8($0.utf8.count)] + $0.utf8 }
        // SAFETY: room for every byte is made first.
        unsafe self.protocols = .allocate(capacity: wire.count)
        _ = unsafe self.protocols.initialize(from: wire)
        self.tickets = tickets
    }

    deinit {
        // SAFETY: owned here, and no session is left.
        unsafe protocols.deallocate()
    }
}
