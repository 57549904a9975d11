import Bytes
import HTTP
import Testing

/// What a gateway must know of WebSocket: the proof of a handshake, and where frames end.
struct WebSocketTests {
    @Test func `RFC 6455 §1.3: the example's key has the example's answer`() {
        // SHA-1 of the RFC's key and the suffix, as the RFC gives it.
        let digest: [UInt8] = [
            0xb3, 0x7a, 0x4f, 0x2c, 0xc0, 0x62, 0x4f, 0x16, 0x90, 0xf6, 0x46, 0x06, 0xcf, 0x38,
            0x59, 0x45, 0xb2, 0xbe, 0xc4, 0xea,
        ]
        let accept = WebSocketAccept(digest: digest.span)
        let text = String(decoding: (0..<28).map { accept.character($0) }, as: UTF8.self)
        #expect(text == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        func isMatch(_ text: String) -> Bool { accept.matches(Array(text.utf8).span) }
        #expect(isMatch(text))
        #expect(!isMatch("t3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        #expect(!isMatch("s3pP"))
        #expect(!WebSocketAccept().isKnown)
    }

    /// Frames of every form of length, masked and not, and where each ends.
    private static let stream: (bytes: [UInt8], ends: Set<Int>) = {
        var bytes: [UInt8] = []
        var ends: Set<Int> = [0]
        for isMasked in [false, true] {
            for count in [0, 1, 125, 126, 300, 65_535, 65_536] {
                let mark: UInt8 = isMasked ? 0x80 : 0
                bytes.append(0x82)
                switch count {
                case ..<126: bytes.append(mark | UInt8(count))
                case ..<65_536:
                    bytes += [mark | 126, UInt8(count >> 8), UInt8(count & 255)]
                default: bytes += [mark | 127, 0, 0, 0, 0, 0, 1, 0, 0]
                }
                if isMasked { bytes += [1, 2, 3, 4] }
                bytes += [UInt8](repeating: 0x88, count: count)
                ends.insert(bytes.count)
            }
        }
        return (bytes, ends)
    }()

    @Test(arguments: [1, 2, 3, 1000, .max])
    func `frames end where they end, however they are cut`(step: Int) {
        var frames = WebSocketFrames()
        var found: Set<Int> = [0]
        var start = 0
        while start < Self.stream.bytes.count {
            let end = start + min(step, Self.stream.bytes.count - start)
            while start < end {
                let piece = Array(Self.stream.bytes[start..<end])
                start += frames.pass(piece.span, stopping: true)
                if frames.isBetweenFrames { found.insert(start) }
            }
        }
        #expect(found == Self.stream.ends)
    }

    @Test func `what is passed without stopping is passed whole`() {
        var frames = WebSocketFrames()
        let passed = frames.pass(Self.stream.bytes.span, stopping: false)
        #expect(passed == Self.stream.bytes.count)
        #expect(frames.isBetweenFrames)
        let begun: [UInt8] = [0x81, 0x05, 0x68]
        _ = frames.pass(begun.span, stopping: false)
        #expect(!frames.isBetweenFrames)
    }
}
