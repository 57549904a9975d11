import COpenSSL
import TLS
import Testing

/// Hostile bytes never trap: handshakes and records, changed at random places.
struct MutationTests {
    private let authority = TestAuthority()

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `changed, cut and doubled bytes are faults or waits`(version: CInt) throws {
        var contexts = ServerContexts(policy: TLSPolicy(), tickets: TicketKeys())
        contexts.adopt(try singleSet(authority, "a.example.com"))
        var generator = Generator(state: 4)
        for round in 0..<600 {
            let server = TestServer(&contexts)
            let client = TestClient(
                .init(versions: version...version, alpn: ["http/1.1"]))
            let victim = round % 3
            client.receive([])
            for flight in 0..<4 {
                var bytes = client.take()
                if flight == victim, !bytes.isEmpty { change(&bytes, &generator) }
                let answer = server.receive(
                    bytes, step: Int.random(in: 1...2000, using: &generator))
                client.receive(answer)
                if flight == 1, client.isEstablished, client.reason == nil {
                    client.write([1, 2, 3])
                }
            }
            if case .failed = server.progress { continue }
            #expect(server.plain == [] || server.plain == [1, 2, 3])
        }
    }

    @Test func `an upstream's changed, cut and doubled bytes are faults or waits`() throws {
        var contexts = ClientContexts()
        contexts.adopt(
            CertificateSet(entries: [], trust: try TrustBundle.read(bundle: authority.pem)))
        var generator = Generator(state: 5)
        let pair = authority.leaf("kn-routing")
        for round in 0..<600 {
            let session = try #require(
                TestServer(&contexts, names: ["kn-routing"], offering: .http2OrHTTP1))
            let upstream = TestUpstream(pair, .init(alpn: ["http/1.1"]))
            let victim = round % 2
            var question = session.begin()
            for flight in 0..<3 {
                upstream.receive(question)
                if flight == 1, upstream.isEstablished, upstream.reason == nil {
                    upstream.write([1, 2, 3])
                }
                var bytes = upstream.take()
                if flight == victim, !bytes.isEmpty { change(&bytes, &generator) }
                question = session.receive(
                    bytes, step: Int.random(in: 1...2000, using: &generator))
            }
            if case .failed = session.progress { continue }
            #expect(session.plain == [] || session.plain == [1, 2, 3])
        }
    }

    private func change(_ bytes: inout [UInt8], _ generator: inout Generator) {
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(.random(in: 0...255, using: &generator), at: place)
            case 3: bytes.removeLast(bytes.count - place)
            default: bytes += bytes[place...]
            }
        }
    }

    /// SplitMix64: the same changes in every run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
            return word ^ word >> 31
        }
    }
}
