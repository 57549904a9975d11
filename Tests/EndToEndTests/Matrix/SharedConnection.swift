import Foundation
import TestSupport

/// A connection of HTTP/2, of either side, whose streams are used by threads of their own.
///
/// A thread reads for all of them. The connection's window is given back at once, a stream's
/// window when its bytes are taken: who does not read holds up his own stream only.
final class SharedConnection: @unchecked Sendable {
    let socket: Socket
    /// 0 for the first one of its client or upstream.
    let index: Int
    /// Used by the reading thread only, but for sending.
    private let wire: H2Wire
    private let isClient: Bool
    private let accept: @Sendable (SharedStream) -> Void
    private let writing = NSLock()

    // MARK: Guarded by the condition
    private let condition = NSCondition()
    private var streams: [UInt32: SharedStream] = [:]
    private var nextStream: UInt32 = 1
    private var window = 65535
    private var initialWindow = 65535
    private var fault: (any Error)?
    private var goAwayLast: UInt32?
    private var settingsSeen = false
    private var acknowledged = false

    /// A client's connection, or with `accept` an upstream's; call `start` next.
    init(
        _ socket: Socket, index: Int, accept: (@Sendable (SharedStream) -> Void)? = nil
    ) {
        self.socket = socket
        self.index = index
        isClient = accept == nil
        self.accept = accept ?? { _ in }
        wire = H2Wire(socket)
        wire.isAcknowledging = false
        wire.isUpdatingWindows = false
    }

    /// Exchanges SETTINGS and reads from now on; a client waits for the upstream's.
    func start(_ settings: [H2Setting.Value]) throws {
        if isClient {
            try write(H2Wire.preface + H2Frame.settings(settings).bytes)
        } else {
            try wire.readPreface()
            try send(.settings(settings))
        }
        Thread.detachNewThread { [self] in read() }
        guard isClient else { return }
        try wait("SETTINGS", by: .after(.seconds(10))) { settingsSeen && acknowledged ? () : nil }
    }

    // MARK: Out

    /// Begins a stream of a client.
    func open(_ fields: [FieldLine], isLast: Bool, for stream: SharedStream) throws {
        try writing.withLock {
            let id = condition.withLock {
                defer { nextStream += 2 }
                stream.id = nextStream
                streams[nextStream] = stream
                return nextStream
            }
            try socket.write(
                Self.headers(id, fields, isLast: isLast), by: .after(.seconds(10)))
        }
    }

    /// Sends a head or trailers.
    func sendHead(_ fields: [FieldLine], isLast: Bool, on id: UInt32) throws {
        try write(Self.headers(id, fields, isLast: isLast))
    }

    /// A block in as many frames as it takes.
    private static func headers(_ id: UInt32, _ fields: [FieldLine], isLast: Bool) -> [UInt8] {
        let block = HPACKWriter.block(fields)
        var frame = H2Frame.headers(
            id, Array(block.prefix(frameMax)),
            (isLast ? .endStream : H2Frame.Flags()).union(
                block.count <= frameMax ? .endHeaders : []))
        var bytes = frame.bytes
        for at in stride(from: frameMax, to: block.count, by: frameMax) {
            let isEnd = at + frameMax >= block.count
            frame = .continuation(
                id, Array(block[at...].prefix(frameMax)), isEnd ? .endHeaders : [])
            bytes += frame.bytes
        }
        return bytes
    }

    /// A frame's payload, as both sides' defaults have it (RFC 9113 §4.2).
    private static let frameMax = 16384

    func send(_ frames: H2Frame...) throws { try write(frames.flatMap(\.bytes)) }

    func write(_ bytes: [UInt8]) throws {
        try writing.withLock { try socket.write(bytes, by: .after(.seconds(10))) }
    }

    /// Sends a piece of a body as the windows allow.
    func send(_ bytes: [UInt8], isLast: Bool, on stream: SharedStream, by deadline: Deadline) throws
    {
        var rest = bytes[...]
        repeat {
            let count = try wait("a window", by: deadline) { () -> Int? in
                // RFC 9113 §8.1: with NO_ERROR the answer is whole, and the rest is not wanted.
                if stream.code == .noError { return -1 }
                if let code = stream.code { throw WireFault.reset("RST_STREAM \(code)") }
                let room = min(window, stream.credit + initialWindow, Self.frameMax, rest.count)
                guard room > 0 || rest.isEmpty else { return nil }
                window -= room
                stream.credit -= room
                return room
            }
            if count < 0 { return }
            let piece = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            let flags: H2Frame.Flags = isLast && rest.isEmpty ? .endStream : []
            if !piece.isEmpty || isLast { try send(.data(stream.id, piece, flags)) }
        } while !rest.isEmpty
    }

    // MARK: In

    /// Waits until `look` gives something; it runs under the lock.
    func wait<Value>(
        _ what: String, by deadline: Deadline, _ look: () throws -> Value?
    ) throws -> Value {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let value = try look() { return value }
            if let fault { throw fault }
            let left = Double(deadline.millisecondsLeft) / 1000
            if left <= 0 { throw WireFault.timedOut(what) }
            _ = condition.wait(until: Date(timeIntervalSinceNow: left))
        }
    }

    /// Runs under the lock and wakes who waits.
    func change<Value>(_ body: () throws -> Value) rethrows -> Value {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return try body()
    }

    /// The last stream that the other side's GOAWAY will answer; nil before it said so.
    var goAway: UInt32? { condition.withLock { goAwayLast } }

    /// Whether the connection is over.
    var isOver: Bool { condition.withLock { fault != nil } }

    private func read() {
        do {
            while true {
                let event = try wire.readEvent(by: .after(.seconds(60)))
                if case .ended(let ending) = event {
                    throw ending == .reset ? WireFault.reset("connection") : .ended("connection")
                }
                try take(event)
            }
        } catch {
            change { fault = error }
            socket.cut()
        }
    }

    private func take(_ event: H2Event) throws {
        switch event {
        case .settings(let values):
            change {
                settingsSeen = true
                for value in values where value.setting == .initialWindowSize {
                    initialWindow = Int(value.value)
                }
            }
            try send(.settingsAcknowledged)
        case .settingsAcknowledged: change { acknowledged = true }
        case .ping(let payload): try send(.ping(payload, .acknowledge))
        case .headers(let id, let fields, let isLast):
            try add(.head(fields), to: id, isLast: isLast)
        case .data(let id, let bytes, let isLast):
            if !bytes.isEmpty { try send(.windowUpdate(0, UInt32(bytes.count))) }
            try add(.data(bytes), to: id, isLast: isLast)
        case .reset(let id, let code): change { streams[id]?.code = code }
        case .goAway(let last, _, _): change { goAwayLast = last }
        case .windowUpdate(let id, let increment):
            change {
                if id == 0 {
                    window += Int(increment)
                } else {
                    streams[id]?.credit += Int(increment)
                }
            }
        case .pingAnswered, .other, .ended: break
        }
    }

    private func add(_ part: PairPart, to id: UInt32, isLast: Bool) throws {
        let begun: SharedStream? = change {
            if let stream = streams[id] {
                stream.parts.append(part)
                if isLast { stream.parts.append(.end) }
                return nil
            }
            let stream = SharedStream(self, id: id)
            streams[id] = stream
            stream.parts = [part] + (isLast ? [.end] : [])
            return stream
        }
        guard let begun else { return }
        if isClient { throw WireFault.malformed("stream \(id) was begun by the other side") }
        accept(begun)
    }
}
