import Bytes
import TLS

/// One side of a connection over TLS as a worker drives it.
struct TLSSide: ~Copyable {
    private var session: TLSSession
    private var pool = ChunkPool()
    private(set) var plain: [UInt8] = []
    private(set) var progress = TLSProgress.handshaking
    /// It has said that it says nothing more.
    private var isClosing = false
    /// Cipher text that the other side has not got yet.
    var said: [UInt8] = []

    init(_ session: consuming TLSSession) { self.session = session }

    var isEstablished: Bool { session.isEstablished }

    /// What a handshake has shown, as one text.
    var told: String {
        let name = shown(session.serverName.array)
        guard session.isEstablished else { return "name \(name) \(progress)" }
        return "name \(name) \(progress) \(session.version) \(session.negotiated)"
            + " plain \(shown(plain))"
    }

    mutating func receive(_ bytes: some Collection<UInt8>) throws(Finding) {
        var input = Buffer()
        input.append(Array(bytes).span, from: &pool)
        var read = Buffer()
        var answers = Buffer()
        progress = session.open(&input, into: &read, answers: &answers, from: &pool)
        try demand(input.isEmpty, "left cipher text")
        plain += read.bytes.array
        said += answers.bytes.array
        input.release(to: &pool)
        read.release(to: &pool)
        answers.release(to: &pool)
    }

    /// Says something, once the handshake is over.
    mutating func seal(_ bytes: [UInt8]) -> Bool {
        guard session.isEstablished, !isClosing, said.count < 100_000 else { return false }
        switch progress {
        case .failed, .closed: return false
        case .handshaking, .open: break
        }
        var output = Buffer()
        let middle = bytes.count / 3
        let isSealed = session.seal(
            Array(bytes[..<middle]).span, Array(bytes[middle...]).span, into: &output, from: &pool)
        said += output.bytes.array
        return isSealed
    }

    mutating func close() {
        var output = Buffer()
        session.sealClose(into: &output, from: &pool)
        isClosing = isClosing || session.isEstablished
        said += output.bytes.array
    }
}
