import Bytes
import Simulation
import TLS

/// A client's side of TLS, by the real library.
final class ClientSeal: WireCipher {
    private var session: TLSSession
    private var pool = ChunkPool()

    init(_ session: consuming TLSSession) { self.session = session }

    var isEstablished: Bool { session.isEstablished }

    func begin() -> [UInt8] { open([]).answer }

    func open(_ bytes: [UInt8]) -> Unsealed {
        var found = Unsealed(plain: [], answer: [], fault: nil)
        // At most 64 KiB at a time are taken.
        var start = 0
        repeat {
            let end = min(bytes.count, start + 16_384)
            take(Array(bytes[start..<end]), &found)
            start = end
        } while start < bytes.count
        return found
    }

    private func take(_ bytes: [UInt8], _ found: inout Unsealed) {
        var input = Buffer()
        input.append(bytes.span, from: &pool)
        var plain = Buffer()
        var answers = Buffer()
        let progress = session.open(&input, into: &plain, answers: &answers, from: &pool)
        if case .failed(let fault) = progress { found.fault = "\(fault)" }
        found.plain += Self.array(plain.bytes)
        found.answer += Self.array(answers.bytes)
        input.release(to: &pool)
        plain.release(to: &pool)
        answers.release(to: &pool)
    }

    func seal(_ bytes: [UInt8]) -> [UInt8] {
        var sealed: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 65_536) {
            var output = Buffer()
            let piece = Array(bytes[start..<min(bytes.count, start + 65_536)])
            let nothing: [UInt8] = []
            session.seal(piece.span, nothing.span, into: &output, from: &pool)
            sealed += Self.array(output.bytes)
            output.release(to: &pool)
        }
        return sealed
    }

    func close() -> [UInt8] {
        var output = Buffer()
        session.sealClose(into: &output, from: &pool)
        defer { output.release(to: &pool) }
        return Self.array(output.bytes)
    }

    private static func array(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }
}
