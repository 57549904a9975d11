internal import Synchronization

/// Commands from other threads to one worker: a locked queue and a wake-up.
///
/// Not for the hot path: the worker empties it only after a signal.
package final class Mailbox<Command: Sendable>: Sendable {
    package let wakeup = Wakeup()
    private let commands = Mutex<[Command]>([])

    package init() {}

    /// Leaves a command and wakes the worker.
    ///
    /// Any thread.
    package func post(_ command: Command) {
        commands.withLock { $0.append(command) }
        wakeup.signal()
    }

    /// Takes all waiting commands, oldest first.
    ///
    /// The worker only.
    package func takeAll() -> [Command] {
        wakeup.clear()
        return commands.withLock { waiting in
            let taken = waiting
            waiting = []
            return taken
        }
    }
}
