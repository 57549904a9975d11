import Foundation
import Synchronization
import TestSupport

/// An upstream of one version of HTTP that does with each request what a handler says, on a thread
/// of the request's own.
///
/// A handler that throws ends its stream or, over HTTP/1, its connection; so does one that leaves
/// something unsaid there.
final class PairUpstream: Sendable {
    typealias Handler = @Sendable (PairExchange) throws -> Void

    let version: Pair.Version
    let port: UInt16
    private let settings: [H2Setting.Value]
    private let handler: Handler
    private let state: Mutex<State>

    private struct State {
        var listening: Socket?
        var sockets: [Socket] = []
        var exchanges: [PairExchange] = []
        var faults: [any Error] = []
    }

    /// Takes a port of the kernel's choice; with `isListening` false it refuses.
    init(
        _ version: Pair.Version, settings: [H2Setting.Value] = [], isListening: Bool = true,
        _ handler: @escaping Handler = { try $0.echo() }
    ) throws {
        self.version = version
        self.settings = settings
        self.handler = handler
        let socket = try Socket.bind()
        port = socket.port
        state = Mutex(State(listening: socket))
        guard isListening else { return }
        try socket.listen()
        Thread.detachNewThread { [weak self] in
            while let accepted = socket.accept() {
                guard let self else { return }
                let index = self.state.withLock {
                    $0.sockets.append(accepted)
                    return $0.sockets.count - 1
                }
                Thread.detachNewThread { self.serve(accepted, index) }
            }
        }
    }

    /// How many connections it accepted.
    var connections: Int { state.withLock { $0.sockets.count } }
    /// What was begun, of all connections, in the order in which the heads came.
    var exchanges: [PairExchange] { state.withLock { $0.exchanges } }
    /// The requests that were read whole.
    var requests: [H2Message] { exchanges.compactMap(\.request) }
    /// What handlers threw.
    var faults: [any Error] { state.withLock { $0.faults } }

    /// The exchange with that index; throws when there is none yet.
    func exchange(_ index: Int = 0) throws -> PairExchange {
        let all = exchanges
        guard index < all.count else { throw TestFault("\(all.count) exchanges only") }
        return all[index]
    }

    /// The whole request with that index; throws when there is none yet.
    func request(_ index: Int = 0) throws -> H2Message {
        let all = requests
        guard index < all.count else { throw TestFault("\(all.count) requests only") }
        return all[index]
    }

    private func serve(_ socket: Socket, _ index: Int) {
        do {
            if version == .http1 {
                let connection = PlainConnection(socket, index: index)
                var isGood = true
                while isGood {
                    let stream = PlainStream(connection, isClient: false)
                    isGood = handle(stream, connection: index) && stream.isOver
                }
                socket.close()
            } else {
                let connection = SharedConnection(socket, index: index) { stream in
                    Thread.detachNewThread { _ = self.handle(stream, connection: index) }
                }
                try connection.start(settings)
            }
        } catch {
            note(error)
        }
    }

    /// Runs the handler; false when it threw.
    private func handle(_ stream: any PairStream, connection: Int) -> Bool {
        guard let head = try? stream.readHead(within: .seconds(60)) else { return false }
        let exchange = PairExchange(stream, head: head, connection: connection)
        state.withLock { $0.exchanges.append(exchange) }
        do {
            try handler(exchange)
            return true
        } catch {
            note(error)
            if version == .http2 { stream.cut() }
            return false
        }
    }

    private func note(_ error: any Error) { state.withLock { $0.faults.append(error) } }

    /// Ends all of it.
    func stop() {
        let (listening, sockets) = state.withLock { ($0.listening.take(), $0.sockets) }
        listening?.cut()
        for socket in sockets { socket.cut() }
    }

    deinit { stop() }
}
