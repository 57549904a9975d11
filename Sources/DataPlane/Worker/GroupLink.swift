import Reactor
import Routing
import Synchronization

/// What one worker and its group share.
final class GroupLink: Sendable {
    let mailbox = Mailbox<Command>()
    let newest: NewestSnapshot
    private let ended = Atomic<Bool>(false)
    private let clients = Atomic<Int>(0)

    init(newest: NewestSnapshot) { self.newest = newest }

    /// Whether the worker's thread is done.
    var isEnded: Bool { ended.load(ordering: .acquiring) }

    func end() { ended.store(true, ordering: .releasing) }

    /// Client connections that the worker holds, as of its last turn.
    var openConnections: Int {
        get { clients.load(ordering: .relaxed) }
        set { clients.store(newValue, ordering: .relaxed) }
    }
}
