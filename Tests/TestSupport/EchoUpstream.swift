import Foundation
import Synchronization

/// A quick keep-alive upstream: answers 200 with its name on the first line, then the head it got.
///
/// It reads bodies with a Content-Length and forgets them.
package final class EchoUpstream: Sendable {
    package let name: String
    package let port: UInt16
    private let listening: Socket
    private let state = Mutex(State())

    private struct State {
        var isStopping = false
        var accepted = 0
        var answered = 0
        var open: [ObjectIdentifier: Socket] = [:]
    }

    package init(_ name: String) throws {
        self.name = name
        listening = try Socket.bind()
        port = listening.port
        try listening.listen()
        Thread.detachNewThread { [weak self, listening] in
            while let socket = listening.accept() {
                guard let self else { return }
                self.take(socket)
            }
        }
    }

    /// Connections accepted so far.
    package var accepted: Int { state.withLock { $0.accepted } }
    /// Requests answered so far.
    package var answered: Int { state.withLock { $0.answered } }
    /// Connections that are open now.
    package var openConnections: Int { state.withLock { $0.open.count } }

    private func take(_ socket: Socket) {
        state.withLock {
            $0.accepted += 1
            $0.open[ObjectIdentifier(socket)] = socket
        }
        Thread.detachNewThread { [self] in
            try? serve(socket)
            state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(socket)) }
            socket.close()
        }
    }

    private func serve(_ socket: Socket) throws {
        var buffer: [UInt8] = []
        while true {
            guard let end = buffer.firstRange(of: [13, 10, 13, 10])?.upperBound else {
                if try !readMore(into: &buffer, from: socket) { return }
                continue
            }
            let isLast = state.withLock { $0.isStopping }
            let total = end + contentLength(of: buffer[..<end])
            while buffer.count < total {
                if try socket.read(into: &buffer, by: .after(.seconds(60))) == 0 { return }
            }
            try answer(buffer[..<end], on: socket, isLast: isLast)
            buffer.removeFirst(total)
            state.withLock { $0.answered += 1 }
            if isLast { return }
        }
    }

    /// Waits for bytes; false at the end, or after a quiet while when this upstream is to end.
    private func readMore(into buffer: inout [UInt8], from socket: Socket) throws -> Bool {
        var quietSince = ContinuousClock.now
        while true {
            do {
                return try socket.read(into: &buffer, by: .after(.milliseconds(50))) > 0
            } catch WireFault.timedOut {
                let isStopping = state.withLock { $0.isStopping }
                if !isStopping { quietSince = .now }
                if ContinuousClock.now - quietSince > Self.quietTime { return false }
            }
        }
    }

    private func answer(_ head: ArraySlice<UInt8>, on socket: Socket, isLast: Bool) throws {
        var bytes = Array("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n".utf8)
        if isLast { bytes += "Connection: close\r\n".utf8 }
        bytes += "Content-Length: \(name.utf8.count + 1 + head.count)\r\n\r\n\(name)\n".utf8
        if !head.starts(with: Array("HEAD ".utf8)) {
            bytes += head
        } else {
            bytes.removeLast(name.utf8.count + 1)
        }
        try socket.write(bytes, by: .after(.seconds(60)))
    }

    private func contentLength(of head: ArraySlice<UInt8>) -> Int {
        guard let at = head.firstRange(of: Array("\r\nContent-Length: ".utf8)) else { return 0 }
        return Int(String(decoding: head[at.upperBound...].prefix { $0 != 13 }, as: UTF8.self)) ?? 0
    }

    /// What a well-behaved process does on SIGTERM, as Knative's queue-proxy: it answers what still
    /// arrives, now with `Connection: close`, and ends when all has been quiet for a while.
    package func terminate() {
        state.withLock { $0.isStopping = true }
        Thread.detachNewThread { [self] in
            let end = Deadline.after(Self.quietTime)
            try? eventually("quiet", within: .seconds(60)) { end.isPast && openConnections == 0 }
            listening.cut()
        }
    }

    /// How long a connection that is to end waits for one more request.
    private static let quietTime = Duration.milliseconds(300)

    /// Ends all of it at once.
    package func stop() {
        let all = state.withLock {
            $0.isStopping = true
            return Array($0.open.values)
        }
        listening.cut()
        for socket in all { socket.cut() }
    }

    deinit { stop() }
}
