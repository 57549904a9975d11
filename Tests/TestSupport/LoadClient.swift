import Foundation
import Synchronization

/// Keep-alive connections that ask at full speed, each on a thread, and note every answer.
package final class LoadClient: Sendable {
    /// One answer: when it was asked for and came, its status, the first line of its body.
    package struct Answer: Sendable {
        package var asked: ContinuousClock.Instant
        package var answered: ContinuousClock.Instant
        /// Which of the client's requests it answers.
        package var request: Int
        package var status: Int
        package var name: String
    }

    /// What a run gave.
    package struct Report: Sendable {
        package var answers: [Answer] = []
        /// Connections that ended or failed when an answer was due, in words.
        package var failures: [String] = []
        /// Connections that the gateway closed after an answer that said so.
        package var closes = 0

        /// How many answers bore each name.
        package var counts: [String: Int] {
            answers.reduce(into: [:]) { $0[$1.name, default: 0] += 1 }
        }
    }

    private let workers: [Background<Report>]
    private let isOver = Latch()
    private let answered = Mutex(0)

    /// Starts: `connections` threads ask the `requests` in turn, `count` times in all (nil: until
    /// `finish`); with `isReconnecting` a connection that was said to close is opened anew.
    package init(
        port: UInt16, connections: Int, requests: [String], count: Int? = nil
    ) {
        let asked = Counter(count ?? .max)
        let isOver = self.isOver
        let bytes = requests.map { Array($0.utf8) }
        workers = (0..<connections).map { number in
            Background {
                var worker = LoadWorker(port: port, requests: bytes, first: number)
                while !isOver.isOpen, asked.take() { try worker.step() }
                return worker.report
            }
        }
    }

    /// True once every connection has done its part.
    package var isDone: Bool { workers.allSatisfy(\.isDone) }

    /// Ends the run, or waits for its count, and gathers what it gave.
    package func finish(isCounted: Bool = false, within limit: Duration = .seconds(60)) throws
        -> Report
    {
        if !isCounted { isOver.open() }
        return try workers.reduce(into: Report()) {
            let part = try $1.value(within: limit)
            $0.answers += part.answers
            $0.failures += part.failures
            $0.closes += part.closes
        }
    }
}

/// A number of turns that threads take from.
private final class Counter: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    func take() -> Bool {
        left.withLock {
            guard $0 > 0 else { return false }
            $0 -= 1
            return true
        }
    }
}

/// One connection of a `LoadClient`.
private struct LoadWorker {
    let port: UInt16
    let requests: [[UInt8]]
    var next: Int
    var report = LoadClient.Report()
    private var socket: Socket?
    private var buffer: [UInt8] = []

    init(port: UInt16, requests: [[UInt8]], first: Int) {
        self.port = port
        self.requests = requests
        next = first
    }

    /// Asks once and notes what comes.
    mutating func step() throws {
        if report.failures.count > 50 { throw TestFault("50 failures: \(report.failures[0])") }
        let asked = ContinuousClock.now
        do {
            let socket = try self.socket ?? Socket.connect(to: port)
            self.socket = socket
            let request = next % requests.count
            next += 1
            try socket.write(requests[request], by: .after(.seconds(10)))
            let (status, name, isLast) = try readAnswer(from: socket)
            report.answers.append(
                LoadClient.Answer(
                    asked: asked, answered: .now, request: request, status: status, name: name))
            if isLast {
                report.closes += 1
                self.socket = nil
                buffer = []
            }
        } catch {
            report.failures.append("\(error), \(buffer.count) bytes of an answer")
            socket = nil
            buffer = []
        }
    }

    private mutating func readAnswer(
        from socket: Socket
    ) throws -> (status: Int, name: String, isLast: Bool) {
        let deadline = Deadline.after(.seconds(10))
        var end = buffer.firstRange(of: [13, 10, 13, 10])?.upperBound
        while end == nil {
            if try socket.read(into: &buffer, by: deadline) == 0 {
                throw WireFault.ended("\(buffer.count) bytes")
            }
            end = buffer.firstRange(of: [13, 10, 13, 10])?.upperBound
        }
        let headEnd = end ?? 0
        let head = String(decoding: buffer[..<headEnd], as: UTF8.self).lowercased()
        guard let status = Int(head.dropFirst(9).prefix(3)),
            let length = value(of: "content-length", in: head).flatMap({ Int($0) })
        else { throw WireFault.malformed(head) }
        while buffer.count < headEnd + length {
            if try socket.read(into: &buffer, by: deadline) == 0 {
                throw WireFault.ended("\(buffer.count) bytes")
            }
        }
        let body = buffer[headEnd..<headEnd + length]
        let name = String(decoding: body.prefix { $0 != 10 }, as: UTF8.self)
        buffer.removeFirst(headEnd + length)
        return (status, name, value(of: "connection", in: head) == "close")
    }

    private func value(of name: String, in head: String) -> Substring? {
        guard let at = head.utf8.firstRange(of: "\r\n\(name): ".utf8) else { return nil }
        return Substring(head.utf8[at.upperBound...].prefix { $0 != 13 })
    }
}
