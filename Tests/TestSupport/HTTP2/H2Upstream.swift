import Foundation
import Synchronization

/// An HTTP/2 upstream with prior knowledge that does what a script says.
///
/// Each connection runs the script on a thread of its own; when the script returns or throws, the
/// connection is closed.
package final class H2Upstream: Sendable {
    package typealias Script = @Sendable (H2UpstreamConnection) throws -> Void

    package let port: UInt16
    private let script: Script
    private let settings: [H2Setting.Value]
    private let maySay: Latch?
    private let silent: Int
    private let state: Mutex<State>

    private struct State {
        var listening: Socket?
        var connections: [H2UpstreamConnection] = []
    }

    /// Takes a port of the kernel's choice; with `isListening` false it refuses until `listen`.
    ///
    /// Its SETTINGS are sent once the preface was read, and the latch is open, before the script starts;
    /// not on its first `silent` connections, which run no script and never say anything.
    package init(
        settings: [H2Setting.Value] = [], saidAfter maySay: Latch? = nil, silent: Int = 0,
        isListening: Bool = true, _ script: @escaping Script
    ) throws {
        let socket = try Socket.bind()
        port = socket.port
        self.script = script
        self.settings = settings
        self.maySay = maySay
        self.silent = silent
        state = Mutex(State(listening: socket))
        if isListening { try listen() }
    }

    /// Answers every request of every connection; the connections are kept.
    package convenience init(
        settings: [H2Setting.Value] = [],
        answering answer: @escaping @Sendable (H2Message) -> H2Answer
    ) throws {
        try self.init(settings: settings) { connection in
            while let request = try connection.readRequest() {
                try connection.respond(to: request.stream, answer(request))
            }
        }
    }

    /// Starts to accept; before that the port refuses.
    package func listen() throws {
        guard let socket = state.withLock({ $0.listening }) else {
            throw TestFault("the upstream was stopped")
        }
        try socket.listen()
        Thread.detachNewThread { [weak self] in
            while let accepted = socket.accept() {
                guard let self else { return }
                self.take(accepted)
            }
        }
    }

    private func take(_ socket: Socket) {
        let connection = state.withLock {
            let connection = H2UpstreamConnection(socket, index: $0.connections.count)
            $0.connections.append(connection)
            return connection
        }
        Thread.detachNewThread { [script, settings, maySay, silent] in
            do {
                if connection.index < silent {
                    try connection.keepSilent()
                } else {
                    try connection.start(settings: settings, after: maySay)
                    try script(connection)
                }
            } catch {
                connection.note(error)
            }
            connection.close()
        }
    }

    /// Refuses new connections from now on, on the same port; the open ones stay.
    package func refuse() throws {
        let old = state.withLock { $0.listening.take() }
        old?.cut()
        let bound = try Socket.bind(port: port)
        state.withLock { $0.listening = bound }
    }

    /// Every connection ever accepted, in order.
    package var connections: [H2UpstreamConnection] {
        state.withLock { $0.connections }
    }

    /// The connection with that index; throws when there is none yet.
    package func connection(_ index: Int = 0) throws -> H2UpstreamConnection {
        let all = connections
        guard index < all.count else { throw TestFault("\(all.count) connections only") }
        return all[index]
    }

    /// How many streams were opened, of all connections.
    package var streams: Int { connections.reduce(0) { $0 + $1.streams } }

    /// Requests read in full by `readRequest`, of all connections.
    package var requests: [H2Message] { connections.flatMap(\.requests) }

    /// The request with that index, in the order of `requests`; throws when there is none yet.
    package func request(_ index: Int = 0) throws -> H2Message {
        let all = requests
        guard index < all.count else { throw TestFault("\(all.count) requests only") }
        return all[index]
    }

    /// Ends all of it.
    package func stop() {
        let (listening, connections) = state.withLock {
            ($0.listening.take(), $0.connections)
        }
        listening?.cut()
        for connection in connections { connection.cut() }
    }

    deinit { stop() }
}
