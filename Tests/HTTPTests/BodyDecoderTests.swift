import Bytes
import HTTP
import Testing

@Test
func `Data is told as it arrives, without waiting for the chunk's end`() {
    let bytes = Array("5\r\nhello\r\n0\r\n\r\n".utf8)
    var decoder = ChunkedDecoder()
    var offset = 0
    let limits = HeadLimits()
    let part = bytes.span.extracting(first: 5)
    #expect(decoder.next(part, at: &offset, limits: limits) == .data(3..<5))
    #expect(decoder.next(part, at: &offset, limits: limits) == .needsMore)
    #expect(offset == 5)
    #expect(decoder.next(bytes.span, at: &offset, limits: limits) == .data(5..<8))
    #expect(decoder.next(bytes.span, at: &offset, limits: limits) == .end)
    #expect(offset == bytes.count)
}

@Test
func `Consumed bytes may be dropped between two calls`() {
    let bytes = Array("5\r\nhello\r\n0\r\na: b\r\nc: d\r\n\r\nX".utf8)
    var decoder = ChunkedDecoder()
    var held: [UInt8] = []
    var events: [String] = []
    for byte in bytes {
        held.append(byte)
        var offset = 0
        var isWaiting = false
        while !isWaiting && events.last != "end" {
            switch decoder.next(held.span, at: &offset, limits: HeadLimits()) {
            case .data(let range): events.append(Reading.text(held[range]))
            case .trailer(let name, let value):
                events.append("\(Reading.text(held[name]))=\(Reading.text(held[value]))")
            case .end: events.append("end")
            case .refused(let fault): Issue.record("\(fault)")
            case .needsMore: isWaiting = true
            }
        }
        held.removeFirst(offset)
    }
    #expect(events == ["h", "e", "l", "l", "o", "a=b", "c=d", "end"])
    #expect(held == [UInt8(ascii: "X")])
}

@Test(arguments: [
    (BodyFraming.none, true), (.length(0), true), (.length(1), false), (.chunked, false),
    (.untilClose, true),
])
func `A close in the middle of a body is told from its end`(_ framing: BodyFraming, _ isEnd: Bool) {
    let decoder = BodyDecoder(framing)
    #expect(decoder.eventAtClose() == (isEnd ? .end : .refused(.incompleteBody)))
}

@Test
func `Extensions on large chunks may go on for ever`() {
    // Signed uploads carry a signature of 85 bytes with each 64 KiB.
    let signature = ";chunk-signature=" + String(repeating: "a", count: 64)
    let chunk = Array("400\(signature)\r\n".utf8) + Array(repeating: 0x78, count: 1024)
    var decoder = ChunkedDecoder()
    for _ in 0..<1000 {
        let bytes = chunk + Array("\r\n".utf8)
        var offset = 0
        #expect(
            decoder.next(bytes.span, at: &offset, limits: HeadLimits())
                == .data(chunk.count - 1024..<chunk.count))
        #expect(decoder.next(bytes.span, at: &offset, limits: HeadLimits()) == .needsMore)
    }
}

@Test
func `Decoders are plain values of a few words`() {
    #expect(MemoryLayout<BodyDecoder>.size <= 96)
    #expect(MemoryLayout<RequestHeadParser>.size <= 56)
    #expect(MemoryLayout<Field>.stride == 10)
}
