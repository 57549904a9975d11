import TestSupport

/// An exchange over a stream of HTTP/2.
final class SharedStream: PairStream, @unchecked Sendable {
    let connection: SharedConnection

    // MARK: Guarded by the connection
    /// 0 before a client's head was sent.
    var id: UInt32
    var parts: [PairPart] = []
    /// Set once the other side has reset it.
    var code: H2Code?
    /// What may be sent beyond the initial window.
    var credit = 0

    /// Used by the reading thread only.
    private var hasHead = false

    init(_ connection: SharedConnection, id: UInt32 = 0) {
        self.connection = connection
        self.id = id
    }

    var socket: Socket { connection.socket }

    /// The code of the other side's RST_STREAM.
    var resetCode: H2Code? { connection.change { code } }

    func sendHead(_ fields: [FieldLine], isLast: Bool) throws {
        if id == 0 { return try connection.open(fields, isLast: isLast, for: self) }
        try connection.sendHead(fields, isLast: isLast, on: id)
    }

    func send(_ bytes: [UInt8], isLast: Bool, within limit: Duration) throws {
        try connection.send(bytes, isLast: isLast, on: self, by: .after(limit))
    }

    func sendTrailers(_ fields: [FieldLine]) throws {
        try connection.sendHead(fields, isLast: true, on: id)
    }

    func next(within limit: Duration) throws -> PairPart {
        let part = try connection.wait("stream \(id)", by: .after(limit)) { () -> PairPart? in
            if let first = parts.first {
                // The end may be asked for again.
                if case .end = first { return first }
                return parts.removeFirst()
            }
            // What came before a reset is read first, as over HTTP/1.
            if let code { throw WireFault.reset("RST_STREAM \(code)") }
            return nil
        }
        switch part {
        case .data(let bytes) where !bytes.isEmpty:
            // Nobody minds a window of a stream that is over; one that ended needs none.
            if !isAtEnd { try? connection.send(.windowUpdate(id, UInt32(bytes.count))) }
        case .head(let fields):
            if hasHead { return .trailers(fields) }
            let status = fields.first { $0.name == ":status" }.flatMap { Int($0.value) } ?? 0
            hasHead = !(100..<200).contains(status)
        case .data, .trailers, .end: break
        }
        return part
    }

    private var isAtEnd: Bool {
        connection.change { if case .end? = parts.first { true } else { false } }
    }

    func cut() { reset(.internalError) }

    func reset(_ code: H2Code) { try? connection.send(.reset(id, code)) }

    func waitForCut(within limit: Duration) throws {
        do {
            _ = try connection.wait("stream \(id) is reset", by: .after(limit)) { code }
        } catch WireFault.ended, WireFault.reset {}
    }
}
