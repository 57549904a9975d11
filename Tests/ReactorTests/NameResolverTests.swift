import Foundation
import Reactor
import Synchronization
import Testing

struct NameResolverTests {
    private final class Heard: Sendable {
        let news = Mutex<[NameNews]>([])
        let asked = Mutex<[String]>([])
    }

    private static func wait(_ holds: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while !holds() {
            guard ContinuousClock.now < deadline else { return false }
            usleep(1000)
        }
        return true
    }

    @Test func `the thread asks for what is wanted and tells what it hears`() {
        let heard = Heard()
        let resolver = NameResolver(
            ask: { name, family in
                heard.asked.withLock { $0.append(name) }
                return family == .four ? .found([[10, 0, 0, 9]], seconds: 300) : .absent
            }, report: { news in heard.news.withLock { $0.append(news) } })
        #expect(resolver.start())
        defer { resolver.stop() }
        resolver.want(["a.example"])
        #expect(Self.wait { heard.news.withLock { $0.count } == 1 })
        resolver.want(["a.example", "b.example"])
        #expect(Self.wait { heard.news.withLock { $0.count } == 2 })
        #expect(heard.news.withLock { $0.map(\.name) } == ["a.example", "b.example"])
        // Both families of each; the first name is not due again.
        #expect(heard.asked.withLock { $0.count } == 4)
    }

    @Test func `a question goes to the given server, and its answer is read`() throws {
        let server = try NameServer()
        let address = SocketAddress(ip: [127, 0, 0, 1].span, port: server.port)
        let thread = Foundation.Thread { server.answer() }
        thread.start()
        #expect(
            NameQuery.run("abc.example", .four, at: address)
                == .found([[192, 0, 2, 7]], seconds: 77))
        #expect(NameQuery.run("gone.example", .four, at: address) == .absent)
    }
}

/// A name server on loopback that knows `abc.example` and nothing else.
private final class NameServer: Sendable {
    private let descriptor: CInt
    let port: UInt16

    init() throws {
        let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port: UInt16? =
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
                }
            } ? UInt16(bigEndian: address.sin_port) : nil
        self.port = try #require(port)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Answers two questions.
    func answer() {
        for _ in 0..<2 {
            var bytes = [UInt8](repeating: 0, count: 1024)
            var sender = sockaddr()
            var size = socklen_t(MemoryLayout<sockaddr>.size)
            let count = recvfrom(descriptor, &bytes, bytes.count, 0, &sender, &size)
            guard count > 12 else { return }
            var answer = Array(bytes[..<count])
            let isKnown = answer[12...].starts(with: [3, 97, 98, 99])
            answer[2] = 0x81
            answer[3] = isKnown ? 0x80 : 0x83
            // No additional records; whatever the question had is cut.
            answer[10] = 0
            answer[11] = 0
            if isKnown {
                answer[7] = 1
                answer += [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 77, 0, 4, 192, 0, 2, 7]
            }
            _ = sendto(descriptor, answer, answer.count, 0, &sender, size)
        }
    }
}
