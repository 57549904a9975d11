/// One side of an HTTP/2 connection: frames in and out, and what a good peer does of itself.
///
/// One thread uses it; any thread may cut its socket.
package final class H2Wire {
    /// The bytes that a client begins with (RFC 9113 §3.4).
    package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    /// No window may be larger (RFC 9113 §6.9.1).
    package static let windowMax: UInt32 = (1 << 31) - 1

    package let socket: Socket
    private let inflater = HPACKReader()
    private var buffer: [UInt8] = []
    private var start = 0
    private var events: [H2Event] = []
    /// The header block that goes on in CONTINUATION frames.
    private var block: H2Frame?

    /// Whether SETTINGS and PING are acknowledged as they come.
    package var isAcknowledging = true
    /// Whether every DATA frame is paid back to its stream and to the connection.
    package var isUpdatingWindows = true

    /// How many frames of each type came.
    package private(set) var frameCounts: [H2Frame.Kind: Int] = [:]
    /// The largest payload that came.
    package private(set) var payloadMax = 0
    /// What the other side's SETTINGS say so far.
    package private(set) var settings: [H2Setting: UInt32] = [:]
    /// What we may send on the connection.
    package private(set) var connectionWindow = 65535
    /// What WINDOW_UPDATE gave to each stream, less what was sent on it.
    private var credits: [UInt32: Int] = [:]
    private var resets: Set<UInt32> = []

    package init(_ socket: Socket) { self.socket = socket }

    // MARK: - Out

    package func send(_ frames: H2Frame..., within limit: Duration = .seconds(10)) throws {
        try send(frames, within: limit)
    }

    /// Sends frames in one piece.
    package func send(_ frames: [H2Frame], within limit: Duration = .seconds(10)) throws {
        try socket.write(frames.flatMap(\.bytes), by: .after(limit))
    }

    /// Sends bytes that need be no frames.
    package func send(bytes: [UInt8], within limit: Duration = .seconds(10)) throws {
        try socket.write(bytes, by: .after(limit))
    }

    /// What we may send on a stream, by its own window.
    package func window(of stream: UInt32) -> Int {
        Int(settings[.initialWindowSize] ?? 65535) + credits[stream, default: 0]
    }

    /// Sends a body in frames as large as the other side allows, when it allows them.
    package func sendData(
        _ stream: UInt32, _ bytes: [UInt8], isLast: Bool = true,
        within limit: Duration = .seconds(30)
    ) throws {
        let deadline = Deadline.after(limit)
        var rest = bytes[...]
        repeat {
            let room = min(connectionWindow, window(of: stream))
            let count = min(rest.count, room, Int(settings[.maxFrameSize] ?? 16384))
            if count <= 0 && !rest.isEmpty {
                guard try readFrame(by: deadline) != nil else { throw WireFault.ended("a body") }
                if resets.contains(stream) { throw WireFault.reset("stream \(stream)") }
                continue
            }
            let piece = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            connectionWindow -= count
            credits[stream, default: 0] -= count
            let flags: H2Frame.Flags = isLast && rest.isEmpty ? .endStream : []
            try socket.write(H2Frame.data(stream, piece, flags).bytes, by: deadline)
        } while !rest.isEmpty
    }

    // MARK: - In

    /// Reads what a client sends before its first frame.
    package func readPreface(within limit: Duration = .seconds(60)) throws {
        while pending.count < Self.preface.count {
            guard try fill(by: .after(limit)) else { throw WireFault.ended("the preface") }
        }
        guard pending.starts(with: Self.preface) else {
            throw WireFault.malformed("the preface: \(Array(pending.prefix(24)))")
        }
        start += Self.preface.count
    }

    /// Reads one frame and does what it asks for; nil when the other side has closed.
    ///
    /// What it said is kept for `readEvent`.
    package func readFrame(by deadline: Deadline) throws -> H2Frame? {
        while true {
            if let frame = H2Frame(decoding: pending) {
                start += H2Frame.headSize + frame.payload.count
                try take(frame)
                return frame
            }
            guard try fill(by: deadline) else {
                guard pending.isEmpty else { throw WireFault.ended("\(pending.count) bytes") }
                return nil
            }
        }
    }

    /// Reads on until something was said, and gives the first thing that was not asked for yet.
    package func readEvent(by deadline: Deadline) throws -> H2Event {
        while events.isEmpty {
            do {
                if try readFrame(by: deadline) == nil { return .ended(.closed) }
            } catch WireFault.reset {
                return .ended(.reset)
            }
        }
        return events.removeFirst()
    }

    private var pending: ArraySlice<UInt8> { buffer[start...] }

    private func fill(by deadline: Deadline) throws -> Bool {
        if start > 1 << 16 || start == buffer.count {
            buffer.removeFirst(start)
            start = 0
        }
        return try socket.read(into: &buffer, by: deadline) > 0
    }

    private func take(_ frame: H2Frame) throws {
        frameCounts[frame.kind, default: 0] += 1
        payloadMax = max(payloadMax, frame.payload.count)
        if let event = try event(of: frame) { events.append(event) }
        // Whoever answers a peer that has gone still wants to read what it said before.
        if let answer = answer(to: frame) { try? send(answer) }
    }

    /// What a good peer sends back.
    private func answer(to frame: H2Frame) -> [H2Frame]? {
        let isAnswer = frame.flags.contains(.acknowledge)
        switch frame.kind {
        case .settings where isAcknowledging && !isAnswer:
            return [.settingsAcknowledged]
        case .ping where isAcknowledging && !isAnswer:
            return [.ping(frame.payload, .acknowledge)]
        case .data where isUpdatingWindows && !frame.payload.isEmpty:
            let count = UInt32(frame.payload.count)
            let isLast = frame.flags.contains(.endStream)
            return [.windowUpdate(0, count)] + (isLast ? [] : [.windowUpdate(frame.stream, count)])
        default:
            return nil
        }
    }

    private func event(of frame: H2Frame) throws -> H2Event? {
        let isAnswer = frame.flags.contains(.acknowledge)
        switch frame.kind {
        case .headers, .continuation: return try headers(of: frame)
        case .data:
            guard let content = frame.content else { throw WireFault.malformed("\(frame)") }
            return .data(
                frame.stream, Array(content), isLast: frame.flags.contains(.endStream))
        case .settings: return isAnswer ? .settingsAcknowledged : .settings(settings(of: frame))
        case .ping: return isAnswer ? .pingAnswered(frame.payload) : .ping(frame.payload)
        case .reset:
            resets.insert(frame.stream)
            return .reset(frame.stream, H2Code(rawValue: H2Frame.number(frame.payload)))
        case .goAway:
            return .goAway(
                last: H2Frame.number(frame.payload),
                H2Code(rawValue: H2Frame.number(frame.payload.dropFirst(4))),
                debug: String(decoding: frame.payload.dropFirst(8), as: UTF8.self))
        case .windowUpdate:
            let increment = H2Frame.number(frame.payload)
            if frame.stream == 0 {
                connectionWindow += Int(increment)
            } else {
                credits[frame.stream, default: 0] += Int(increment)
            }
            return .windowUpdate(frame.stream, increment)
        default: return .other(frame)
        }
    }

    /// The event of a header block that is whole now.
    private func headers(of frame: H2Frame) throws -> H2Event? {
        var whole = frame
        if frame.kind == .headers {
            guard block == nil, let content = frame.content else {
                throw WireFault.malformed("\(frame)")
            }
            whole.payload = Array(content)
        } else {
            guard var begun = block.take(), begun.stream == frame.stream else {
                throw WireFault.malformed("\(frame)")
            }
            begun.payload += frame.payload
            whole = begun
        }
        guard frame.flags.contains(.endHeaders) else {
            block = whole
            return nil
        }
        let fields = try inflater.read(whole.payload)
        return .headers(whole.stream, fields, isLast: whole.flags.contains(.endStream))
    }

    private func settings(of frame: H2Frame) -> [H2Setting.Value] {
        let values = stride(from: 0, to: frame.payload.count - 5, by: 6).map { at in
            H2Setting.Value(
                H2Setting(rawValue: UInt16(H2Frame.number(frame.payload[at..<(at + 2)]))),
                H2Frame.number(frame.payload[(at + 2)..<(at + 6)]))
        }
        for value in values { settings[value.setting] = value.value }
        return values
    }
}
