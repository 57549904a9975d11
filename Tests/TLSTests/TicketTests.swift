import COpenSSL
import TLS
import Testing

/// Sessions that go on elsewhere.
struct TicketTests {
    private let authority = TestAuthority()

    private func contexts(_ tickets: TicketKeys, _ set: CertificateSet) -> ServerContexts {
        var contexts = ServerContexts(policy: TLSPolicy(), tickets: tickets)
        contexts.adopt(set)
        return contexts
    }

    private func key(_ seed: UInt8) -> [UInt8] {
        (0..<80).map { seed &+ UInt8(truncatingIfNeeded: $0 &* 13) }
    }

    /// One connection; the session of an earlier one is offered, and freed.
    private func connect(
        _ contexts: inout ServerContexts, _ version: CInt, name: String = "a.example.com",
        resuming session: OpaquePointer? = nil
    ) -> (isResumed: Bool, session: OpaquePointer?) {
        let server = TestServer(&contexts)
        let client = TestClient(
            .init(name: name, versions: version...version, session: session))
        server.talk(with: client)
        SSL_SESSION_free(session)
        #expect(client.isEstablished)
        #expect(server.isResumed == client.isResumed)
        #expect(server.serverName == name)
        #expect(server.covers(name))
        return (client.isResumed, client.session)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `one worker's session is resumed by another`(version: CInt) throws {
        let tickets = TicketKeys()
        let set = try singleSet(authority, "a.example.com")
        var one = contexts(tickets, set)
        var other = contexts(tickets, set)
        let first = connect(&one, version)
        #expect(!first.isResumed)
        let second = connect(&other, version, resuming: first.session)
        #expect(second.isResumed)
        let third = connect(&one, version, resuming: second.session)
        #expect(third.isResumed)
        SSL_SESSION_free(third.session)
    }

    /// The ticket of a session.
    private func ticket(_ session: OpaquePointer?) -> [UInt8] {
        var start: UnsafePointer<UInt8>?
        var count = 0
        SSL_SESSION_get0_ticket(session, &start, &count)
        return Array(UnsafeBufferPointer(start: start, count: count))
    }

    @Test func `a ticket of TLS 1.3 is used once: each connection gives the next`() throws {
        var contexts = contexts(TicketKeys(), try singleSet(authority, "a.example.com"))
        var session = connect(&contexts, TLS1_3_VERSION).session
        var tickets: Set<[UInt8]> = [ticket(session)]
        for count in 2...5 {
            let next = connect(&contexts, TLS1_3_VERSION, resuming: session)
            #expect(next.isResumed)
            session = next.session
            tickets.insert(ticket(session))
            #expect(tickets.count == count)
        }
        SSL_SESSION_free(session)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `given keys are shared by replicas`(version: CInt) throws {
        let set = try singleSet(authority, "a.example.com")
        var one = contexts(try #require(TicketKeys(given: [key(1)])), set)
        var other = contexts(try #require(TicketKeys(given: [key(2), key(1)])), set)
        var stranger = contexts(try #require(TicketKeys(given: [key(3)])), set)
        let first = connect(&one, version)
        let second = connect(&other, version, resuming: first.session)
        #expect(second.isResumed)
        let third = connect(&stranger, version, resuming: second.session)
        #expect(!third.isResumed)
        SSL_SESSION_free(third.session)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a key reads tickets for two rotations more`(version: CInt) throws {
        let set = try singleSet(authority, "a.example.com")
        for (rotations, isResumed) in [(0, true), (1, true), (2, true), (3, false)] {
            let tickets = TicketKeys()
            var contexts = contexts(tickets, set)
            let first = connect(&contexts, version)
            for _ in 0..<rotations { tickets.rotate() }
            let second = connect(&contexts, version, resuming: first.session)
            #expect(second.isResumed == isResumed, "after \(rotations) rotations")
            SSL_SESSION_free(second.session)
        }
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a session stays with its name`(version: CInt) throws {
        var contexts = contexts(TicketKeys(), try singleSet(authority, "a.example.com", "b.test"))
        let first = connect(&contexts, version)
        let second = connect(&contexts, version, name: "b.test", resuming: first.session)
        #expect(!second.isResumed)
        SSL_SESSION_free(second.session)
    }

    @Test func `threads share certificates and keys`() async throws {
        let tickets = TicketKeys()
        let set = try singleSet(authority, "a.example.com")
        let resumed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var contexts = ServerContexts(policy: TLSPolicy(), tickets: tickets)
                    contexts.adopt(set)
                    var session: OpaquePointer?
                    var count = 0
                    for round in 0..<30 {
                        let server = TestServer(&contexts)
                        let client = TestClient(.init(session: session))
                        server.talk(with: client)
                        SSL_SESSION_free(session)
                        session = client.session
                        if server.isResumed { count += 1 }
                        if round % 10 == 0 { tickets.rotate() }
                    }
                    SSL_SESSION_free(session)
                    return count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(resumed > 0)
    }

    @Test func `keys of another size are refused`() {
        #expect(TicketKeys.keySize == 80)
        #expect(TicketKeys(given: []) == nil)
        #expect(TicketKeys(given: [[1, 2, 3]]) == nil)
        #expect(TicketKeys(given: [key(1), [1]]) == nil)
        let keys = TicketKeys()
        #expect(!keys.replace(by: [[]]))
        #expect(keys.replace(by: [key(5), key(6), key(7), key(8)]))
        #expect(!String(reflecting: keys).contains("5"))
    }
}
