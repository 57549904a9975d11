import Bytes
import HTTP
import TestSupport
import Testing

/// Bytes that parsers stumble over.
private let nasty: [UInt8] =
    Array("\r\n\t :;,\"\\/?#@*[]%_-+.09aZ=\u{00}\u{7f}".utf8) + [0x80, 0xff]

private func mutated(_ seed: [UInt8], _ random: inout Random) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        let byte = nasty.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[at] = byte
        case 1: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.insert(byte, at: at)
        case 3: bytes.remove(at: at)
        default:
            let end = min(bytes.count, at + Int.random(in: 1...20, using: &random))
            bytes.insert(contentsOf: bytes[at..<end], at: at)
        }
        if bytes.isEmpty { return seed }
    }
    return bytes
}

private func randomCut(_ count: Int, _ random: inout Random) -> [Int] {
    var cuts = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        Int.random(in: 0...count, using: &random)
    }
    cuts.append(count)
    return cuts.sorted()
}

@Test(arguments: 1...8)
func `Hostile requests never trap, and cuts change nothing`(_ seed: Int) {
    var random = Random(seed: UInt64(seed))
    let seeds = (framingVectors + chunkVectors + lineVectors).map(\.input)
        .filter { $0.count < 400 }
    for _ in 0..<4000 {
        let bytes = mutated(seeds.randomElement(using: &random) ?? [], &random)
        let whole = Reading.request(bytes)
        let cut = randomCut(bytes.count, &random)
        #expect(Reading.request(bytes, cuts: cut) == whole, "\(bytes) cut \(cut)")
    }
}

@Test(arguments: 1...4)
func `Hostile responses never trap, and cuts change nothing`(_ seed: Int) {
    var random = Random(seed: UInt64(seed))
    let seeds = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close, x-hop\r\nX-Hop: 1\r\n\r\nhello",
        "HTTP/1.0 404 Not Found\r\nConnection: keep-alive\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\na: b\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    ].map { Array($0.utf8) }
    for _ in 0..<4000 {
        let bytes = mutated(seeds.randomElement(using: &random) ?? [], &random)
        let whole = Reading.response(bytes)
        let cut = randomCut(bytes.count, &random)
        #expect(Reading.response(bytes, cuts: cut) == whole, "\(bytes) cut \(cut)")
    }
}

@Test(arguments: 1...4)
func `What was accepted is forwarded as a head that means the same`(_ seed: Int) {
    var random = Random(seed: UInt64(seed) + 100)
    let seeds = (framingVectors + lineVectors).map(\.input).filter { $0.count < 400 }
    var accepted = 0
    for _ in 0..<8000 {
        let bytes = mutated(seeds.randomElement(using: &random) ?? [], &random)
        var head = Head()
        var parser = RequestHeadParser()
        guard case .complete = parser.parse(bytes.span, into: &head, limits: HeadLimits())
        else { continue }
        accepted += 1
        let once = forwarded(head, in: bytes)
        var again = Head()
        let status = parser.parse(once.span, into: &again, limits: HeadLimits())
        let hasHost = !head.authority.isEmpty
        #expect(status == (hasHost ? .complete(length: once.count) : .refused(.missingHost)))
        guard hasHost else { continue }
        #expect(forwarded(again, in: once) == once)
        #expect(again.framing == head.framing)
        #expect(again.method == head.method)
        #expect(
            Reading.text(bytes[head.authority.range]) == Reading.text(once[again.authority.range]))
        #expect(kept(again, in: once) == kept(head, in: bytes))
    }
    #expect(accepted > 300)
}

private func kept(_ head: borrowing Head, in bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    for index in 0..<head.fields.count where !head.fields[index].isDropped {
        let field = head.fields[index]
        lines.append(
            "\(Reading.text(bytes[field.name.range])): \(Reading.text(bytes[field.value.range]))")
    }
    return lines
}
