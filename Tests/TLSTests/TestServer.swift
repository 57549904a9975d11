import Bytes
import COpenSSL
import TLS
import Testing

/// One session of ours with its buffers, fed with arrays.
final class TestServer {
    private var session: TLSSession
    private var pool = ChunkPool()
    private(set) var plain: [UInt8] = []
    private(set) var progress = TLSProgress.handshaking

    init(_ contexts: inout ServerContexts) {
        guard let session = contexts.accept() else { preconditionFailure("no session") }
        self.session = session
    }

    /// A session with an upstream.
    init?(
        _ contexts: inout ClientContexts, names: [String], offering offer: ProtocolOffer = .http1
    ) {
        let wire = names.flatMap { [UInt8($0.utf8.count)] + $0.utf8 }
        guard let session = contexts.connect(names: wire.span, offering: offer) else {
            return nil
        }
        self.session = session
    }

    /// What there is to say before anything came.
    func begin() -> [UInt8] {
        var nothing = Buffer()
        var read = Buffer()
        var answers = Buffer()
        progress = session.open(&nothing, into: &read, answers: &answers, from: &pool)
        #expect(ERR_peek_error() == 0)
        return Self.take(&answers)
    }

    /// Gives cipher text in pieces of at most `step` bytes; returns what is to be sent.
    func receive(_ bytes: [UInt8], step: Int = 16_384) -> [UInt8] {
        var sent: [UInt8] = []
        var input = Buffer()
        var read = Buffer()
        var answers = Buffer()
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + step)
            input.append(Array(bytes[start..<end]).span, from: &pool)
            progress = session.open(&input, into: &read, answers: &answers, from: &pool)
            let isTaken = input.isEmpty
            #expect(isTaken)
            #expect(ERR_peek_error() == 0)
            plain += Self.take(&read)
            sent += Self.take(&answers)
            start = end
        }
        return sent
    }

    func seal(_ first: [UInt8], _ second: [UInt8] = []) -> [UInt8] {
        var output = Buffer()
        let isSealed = session.seal(first.span, second.span, into: &output, from: &pool)
        #expect(isSealed)
        #expect(ERR_peek_error() == 0)
        return Self.take(&output)
    }

    func close() -> [UInt8] {
        var output = Buffer()
        session.sealClose(into: &output, from: &pool)
        return Self.take(&output)
    }

    /// Lets both talk until neither has anything to say.
    func talk(with client: TestClient, step: Int = 16_384) {
        client.receive([])
        while true {
            let question = client.take()
            if question.isEmpty { return }
            let answer = receive(question, step: step)
            client.receive(answer)
        }
    }

    /// Lets both talk until the upstream has nothing more to say.
    func talk(with upstream: TestUpstream, step: Int = 16_384) {
        var question = begin()
        while true {
            upstream.receive(question)
            let answer = upstream.take()
            if answer.isEmpty { return }
            question = receive(answer, step: step)
        }
    }

    func takeEstablished() -> Bool { session.takeEstablished() }
    var version: TLSProtocol { session.version }
    var isResumed: Bool { session.isResumed }
    var policy: UInt32 { session.policy }
    var serverName: String { session.serverNameText }
    var alpn: String { session.alpnText }
    var negotiated: ApplicationProtocol { session.negotiated }
    var cipher: String { session.cipherText }
    var clientCertificate: String { session.clientCertificateText }

    func covers(_ host: String) -> Bool { session.covers(host: Array(host.utf8).span) }

    static func take(_ buffer: inout Buffer) -> [UInt8] {
        defer { buffer.removeAll() }
        return array(buffer.bytes)
    }
}

private func array(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

/// A span out of a class's session lives no longer than its access.
extension TLSSession {
    fileprivate var serverNameText: String { String(decoding: array(serverName), as: UTF8.self) }
    fileprivate var alpnText: String { String(decoding: array(alpn), as: UTF8.self) }
    fileprivate var cipherText: String { String(decoding: array(cipher), as: UTF8.self) }
    fileprivate var clientCertificateText: String {
        String(decoding: array(clientCertificate), as: UTF8.self)
    }
}
