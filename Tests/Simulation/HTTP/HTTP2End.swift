import TestSupport

/// One end of a connection of HTTP/2: frames in and out, and windows kept.
package final class HTTP2End {
    /// What came on a stream.
    package enum Event {
        case head([FieldLine], isLast: Bool)
        case data([UInt8], isLast: Bool)
        case reset(H2Code)
        /// Nothing newer than that stream is looked at.
        case goAway
    }

    /// A body that waits for its windows.
    private struct Outgoing {
        var bytes: [UInt8]
        var at = 0
        var trailers: [FieldLine]
        /// More may follow it.
        var staysOpen: Bool
        var isOver: () -> Void
    }

    private let wire: Wire
    private let isClient: Bool
    private let reader = HPACKReader()
    private var waiting: [UInt8] = []
    private var prefaceLeft: Int
    private var block: (stream: UInt32, isLast: Bool, bytes: [UInt8])?

    private var initialWindow = 65535
    private var connectionWindow = 65535
    /// What WINDOW_UPDATE gave and DATA took, by stream.
    private var credits: [UInt32: Int] = [:]
    private var outgoing: [(stream: UInt32, body: Outgoing)] = []
    package private(set) var streamsMax = 100
    /// Microseconds until a window is given back, at most.
    private let windowDelay: Int
    private unowned let kernel: SimulatedKernel

    /// Hears what comes; the second is the stream, 0 for the connection.
    package var hear: (Event, UInt32) -> Void = { _, _ in }
    /// Hears what breaks the protocol.
    package var complain: (String) -> Void = { _ in }

    package init(
        _ wire: Wire, isClient: Bool, window: UInt32, streamsMax: UInt32?, windowDelay: Int,
        takesTunnels: Bool = false
    ) {
        self.wire = wire
        self.isClient = isClient
        self.windowDelay = windowDelay
        kernel = wire.kernel
        prefaceLeft = isClient ? 0 : H2Wire.preface.count
        var settings: [H2Setting.Value] = [.initialWindowSize(window)]
        if let streamsMax { settings.append(.maxConcurrentStreams(streamsMax)) }
        if takesTunnels { settings.append(.init(.enableConnectProtocol, 1)) }
        wire.say((isClient ? H2Wire.preface : []) + H2Frame.settings(settings).bytes)
    }

    // MARK: Out

    package func say(_ frames: H2Frame...) { wire.say(frames.flatMap(\.bytes)) }

    /// Sends a body as the windows let it, then its trailers, and the end unless the stream stays
    /// open.
    package func sayBody(
        _ stream: UInt32, _ bytes: [UInt8], trailers: [FieldLine] = [], staysOpen: Bool = false,
        isOver: @escaping () -> Void = {}
    ) {
        outgoing.append(
            (
                stream,
                Outgoing(bytes: bytes, trailers: trailers, staysOpen: staysOpen, isOver: isOver)
            ))
        pump()
    }

    /// Sends nothing more on the stream.
    package func forget(_ stream: UInt32) { outgoing.removeAll { $0.stream == stream } }

    private func pump() {
        var index = 0
        while index < outgoing.count {
            let stream = outgoing[index].stream
            var body = outgoing[index].body
            var isDone = false
            while !isDone {
                let window = min(connectionWindow, initialWindow + credits[stream, default: 0])
                let count = min(body.bytes.count - body.at, max(window, 0), 16384)
                let isLast = body.at + count == body.bytes.count
                if count == 0, !isLast { break }
                let piece = Array(body.bytes[body.at..<body.at + count])
                body.at += count
                connectionWindow -= count
                credits[stream, default: 0] -= count
                let endsHere = isLast && body.trailers.isEmpty && !body.staysOpen
                say(.data(stream, piece, endsHere ? .endStream : []))
                if isLast, !body.trailers.isEmpty { say(.headers(stream, body.trailers)) }
                isDone = isLast
            }
            if isDone {
                outgoing.remove(at: index)
                body.isOver()
            } else {
                outgoing[index].body = body
                index += 1
            }
        }
    }

    // MARK: In

    package func take(_ bytes: [UInt8]) {
        waiting += bytes
        if prefaceLeft > 0 {
            let count = min(prefaceLeft, waiting.count)
            let from = H2Wire.preface.count - prefaceLeft
            if !waiting.prefix(count).elementsEqual(H2Wire.preface[from..<from + count]) {
                return complain("no preface")
            }
            waiting.removeFirst(count)
            prefaceLeft -= count
        }
        var at = 0
        while prefaceLeft == 0, let frame = H2Frame(decoding: waiting[at...]) {
            at += H2Frame.headSize + frame.payload.count
            take(frame)
        }
        if at > 0 { waiting.removeFirst(at) }
    }

    private func take(_ frame: H2Frame) {
        let isAnswer = frame.flags.contains(.acknowledge)
        if block != nil, frame.kind != .continuation { return complain("a head is broken off") }
        switch frame.kind {
        case .headers, .continuation: takeHead(frame)
        case .data: takeData(frame)
        case .settings: if !isAnswer { takeSettings(frame) }
        case .ping: if !isAnswer { say(.ping(frame.payload, .acknowledge)) }
        case .reset:
            forget(frame.stream)
            hear(.reset(H2Code(rawValue: H2Frame.number(frame.payload))), frame.stream)
        case .goAway: hear(.goAway, H2Frame.number(frame.payload))
        case .windowUpdate:
            let increment = Int(H2Frame.number(frame.payload))
            if frame.stream == 0 {
                connectionWindow += increment
            } else {
                credits[frame.stream, default: 0] += increment
            }
            pump()
        default: complain("\(frame)")
        }
    }

    private func takeHead(_ frame: H2Frame) {
        guard let content = frame.content else { return complain("\(frame)") }
        if frame.kind == .headers {
            block = (frame.stream, frame.flags.contains(.endStream), Array(content))
        } else {
            block?.bytes += frame.payload
        }
        guard frame.flags.contains(.endHeaders), let whole = block else { return }
        block = nil
        guard let fields = try? reader.read(whole.bytes) else { return complain("a bad block") }
        hear(.head(fields, isLast: whole.isLast), whole.stream)
    }

    private func takeData(_ frame: H2Frame) {
        guard let content = frame.content else { return complain("\(frame)") }
        let isLast = frame.flags.contains(.endStream)
        let count = UInt32(frame.payload.count)
        if count > 0 {
            let stream = frame.stream
            kernel.after(windowDelay) { [self] in
                say(.windowUpdate(0, count))
                if !isLast { say(.windowUpdate(stream, count)) }
            }
        }
        hear(.data(Array(content), isLast: isLast), frame.stream)
    }

    private func takeSettings(_ frame: H2Frame) {
        for at in stride(from: 0, to: frame.payload.count - 5, by: 6) {
            let value = H2Frame.number(frame.payload[(at + 2)..<(at + 6)])
            switch H2Setting(rawValue: UInt16(H2Frame.number(frame.payload[at..<(at + 2)]))) {
            case .initialWindowSize: initialWindow = Int(value)
            case .maxConcurrentStreams: streamsMax = Int(value)
            default: break
            }
        }
        say(.settingsAcknowledged)
        pump()
    }
}
