import Bytes
import Testing

struct BufferTests {
    private func text(_ buffer: borrowing Buffer) -> String {
        var bytes: [UInt8] = []
        let span = buffer.bytes
        for index in span.indices { bytes.append(span[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `what is appended comes out in order through all sizes of chunks`() {
        var pool = ChunkPool()
        var buffer = Buffer()
        var expected = ""
        for number in 0..<9000 {
            let piece = "\(number),"
            buffer.append(utf8: piece, from: &pool)
            expected += piece
        }
        #expect(text(buffer) == expected)
        buffer.consume(10)
        #expect(text(buffer) == String(expected.dropFirst(10)))
        buffer.release(to: &pool)
        #expect(pool.inUse == 0)
    }

    @Test func `chunks are used again instead of allocated`() {
        var pool = ChunkPool()
        for _ in 0..<100 {
            var buffer = Buffer()
            buffer.append(utf8: "x", from: &pool)
            buffer.release(to: &pool)
        }
        #expect(pool.allocations == 1)
    }

    @Test func `room in front is used before a larger chunk is taken`() {
        var pool = ChunkPool()
        var buffer = Buffer()
        buffer.reserve(4096, from: &pool)
        let line = String(repeating: "a", count: 4000)
        buffer.append(utf8: line, from: &pool)
        buffer.consume(3990)
        buffer.append(utf8: line, from: &pool)
        #expect(buffer.capacity == 4096)
        #expect(text(buffer) == String(repeating: "a", count: 4010))
        buffer.release(to: &pool)
    }

    @Test(arguments: [
        (UInt64(0), "0", "0"), (9, "9", "9"), (255, "255", "ff"), (4096, "4096", "1000"),
        (UInt64.max, "18446744073709551615", "ffffffffffffffff"),
    ])
    func `numbers are written without leading zeros`(
        value: UInt64, decimal: String, hexadecimal: String
    ) {
        var pool = ChunkPool()
        var buffer = Buffer()
        buffer.reserve(64, from: &pool)
        buffer.append(decimal: value)
        #expect(text(buffer) == decimal)
        buffer.removeAll()
        buffer.append(hexadecimal: value)
        #expect(text(buffer) == hexadecimal)
    }
}
