import TestSupport

/// A connection of HTTP/1, of either side.
///
/// One thread reads at a time; any thread may write to its socket or end it.
final class PlainConnection: @unchecked Sendable {
    let socket: Socket
    /// 0 for the first one of its client or upstream.
    let index: Int
    private var reader: MessageReader
    /// The message that is being read, which collects its trailers.
    private var message: Message?

    init(_ socket: Socket, index: Int) {
        self.socket = socket
        self.index = index
        reader = MessageReader(socket)
    }

    /// Reads a head; nil when the other side closed before its first byte.
    func readHead(by deadline: Deadline) throws -> Message? {
        message = try reader.readHead(by: deadline)
        return message
    }

    /// Reads a chunk; nil after the last one, and then there may be trailers.
    func readChunk(by deadline: Deadline) throws -> [UInt8]? {
        guard var reading = message else { throw TestFault("no head was read") }
        defer { message = reading }
        return try reader.readChunk(of: &reading, by: deadline)
    }

    /// The trailers that came behind the last chunk.
    var trailers: [FieldLine] { message?.trailers ?? [] }

    func readSome(atMost limit: Int = .max, by deadline: Deadline) throws -> [UInt8] {
        try reader.readSome(atMost: limit, by: deadline)
    }
}
