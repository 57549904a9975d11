import Foundation
import Glibc
import Synchronization

/// A name server on a UDP port of 127.0.0.1 that answers every question alike.
package final class NameServer: Sendable {
    /// How it answers.
    package enum Mood: Sendable {
        /// A is 127.0.0.1 for a second, AAAA is nothing.
        case good
        case failing
        /// Bytes that are no message.
        case babbling
        case silent
    }

    package let port: UInt16
    private let descriptor: Int32
    private let mood: Mutex<Mood>
    private let asked = Mutex(0)

    package init(_ mood: Mood = .good) throws {
        self.mood = Mutex(mood)
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw TestFault("bind: errno \(errno)") }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while Self.serve(descriptor, { self?.answer(to: $0) }) {}
            Glibc.close(descriptor)
        }
    }

    /// Questions that came so far.
    package var questions: Int { asked.withLock { $0 } }

    /// Answers otherwise from now on.
    package func become(_ other: Mood) { mood.withLock { $0 = other } }

    /// Takes one question; false once the socket was shut down.
    private static func serve(_ descriptor: Int32, _ answer: ([UInt8]) -> [UInt8]?) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 512)
        var from = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &from) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let count = recvfrom(descriptor, &bytes, bytes.count, 0, address, &size)
                guard count > 0 else { return false }
                guard count > 12, let answer = answer(Array(bytes[..<count])) else { return true }
                sendto(descriptor, answer, answer.count, 0, address, size)
                return true
            }
        }
    }

    private func answer(to question: [UInt8]) -> [UInt8]? {
        asked.withLock { $0 += 1 }
        // The name, then its type and class (RFC 1035 §4.1).
        guard let end = question[12...].firstIndex(of: 0), end + 5 <= question.count else {
            return nil
        }
        let isIPv4 = question[end + 2] == 1
        let name = question[12..<end + 5]
        func message(_ code: UInt8, _ answers: [UInt8]) -> [UInt8] {
            question[..<2] + [0x81, 0x80 | code, 0, 1, 0, answers.isEmpty ? 0 : 1, 0, 0, 0, 0]
                + name
                + answers
        }
        return switch mood.withLock({ $0 }) {
        case .good:
            message(0, isIPv4 ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1] : [])
        case .failing: message(2, [])
        case .babbling: question[..<2] + [0x81, 0x80, 0xff, 0xff, 0xff, 0xff]
        case .silent: nil
        }
    }

    package func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    deinit { stop() }
}
