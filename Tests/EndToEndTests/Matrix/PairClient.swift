import Synchronization
import TestSupport

/// A client of one version of HTTP: its HTTP/2 requests share a connection, while those of HTTP/1
/// that are under way at a time each have one.
final class PairClient: Sendable {
    private let version: Pair.Version
    private let port: UInt16
    private let receiveBuffer: Int32?
    private let settings: [H2Setting.Value]
    private let state = Mutex(State())

    private struct State {
        var idle: [PlainConnection] = []
        var plain: [PlainConnection] = []
        var shared: [SharedConnection] = []
    }

    /// Connects when it is first asked; a small receive buffer (bytes) makes it a slow reader.
    init(
        _ version: Pair.Version, port: UInt16, receiveBuffer: Int32? = nil,
        settings: [H2Setting.Value] = [.enablePush(0)]
    ) {
        self.version = version
        self.port = port
        self.receiveBuffer = receiveBuffer
        self.settings = settings
    }

    /// How many connections it ever had.
    var connections: Int { state.withLock { $0.plain.count + $0.shared.count } }

    /// Its newest connection of HTTP/2.
    var shared: SharedConnection? { state.withLock { $0.shared.last } }

    /// An exchange whose head is not sent yet.
    func open() throws -> any PairStream {
        version == .http1 ? try openPlain() : try SharedStream(sharedConnection())
    }

    private func openPlain() throws -> PlainStream {
        let connection = try state.withLock { state in
            if let idle = state.idle.popLast() { return idle }
            let socket = try Socket.connect(to: port, receiveBuffer: receiveBuffer)
            let connection = PlainConnection(socket, index: state.plain.count)
            state.plain.append(connection)
            return connection
        }
        return PlainStream(connection, isClient: true) { [weak self] connection in
            self?.state.withLock { $0.idle.append(connection) }
        }
    }

    private func sharedConnection() throws -> SharedConnection {
        try state.withLock { state in
            if let last = state.shared.last, last.goAway == nil, !last.isOver { return last }
            let socket = try Socket.connect(to: port, receiveBuffer: receiveBuffer)
            let connection = SharedConnection(socket, index: state.shared.count)
            try connection.start(settings)
            state.shared.append(connection)
            return connection
        }
    }

    /// Sends a head.
    func begin(_ fields: [FieldLine], isLast: Bool = false) throws -> any PairStream {
        let stream = try open()
        try stream.sendHead(fields, isLast: isLast)
        return stream
    }

    /// Sends a request, and gives the exchange to read from; a body has a length that is said.
    func request(_ fields: [FieldLine], body: String? = nil) throws -> any PairStream {
        guard let body else { return try begin(fields, isLast: true) }
        let length = FieldLine("content-length", "\(body.utf8.count)")
        let stream = try begin(fields + [length], isLast: body.isEmpty)
        if !body.isEmpty { try stream.send(body, isLast: true) }
        return stream
    }

    /// Sends a request and reads its response.
    func ask(
        _ fields: [FieldLine], body: String? = nil, within limit: Duration = .seconds(10)
    ) throws -> H2Message {
        try request(fields, body: body).readMessage(within: limit)
    }

    /// Goes away: what it has under way is of no use any more.
    ///
    /// Over HTTP/1 that takes a reset: who only says that no more comes may still want the answer.
    func close() {
        let (plain, shared) = state.withLock {
            $0.idle = []
            return ($0.plain, $0.shared)
        }
        for connection in plain { connection.socket.reset() }
        for connection in shared { connection.socket.cut() }
    }
}
