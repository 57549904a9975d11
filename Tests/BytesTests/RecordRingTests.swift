import Bytes
import Synchronization
import Testing

struct RecordRingTests {
    private struct Mark: BitwiseCopyable, Equatable {
        var number: UInt64
        var kind: UInt8
    }

    private static func bytes(_ count: Int, _ seed: UInt64) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: UInt64($0) &* 31 &+ seed) }
    }

    @Test func `records come out whole and in order`() {
        let ring = RecordRing<Mark>(capacity: 1024)
        defer { ring.destroy() }
        var bytes: [UInt8] = [1, 2, 3]
        #expect(ring.take(into: &bytes) == nil)
        ring.append(Mark(number: 1, kind: 7), [9, 8, 7].span)
        ring.append(Mark(number: 2, kind: 8), [UInt8]().span)
        #expect(ring.take(into: &bytes) == Mark(number: 1, kind: 7))
        #expect(bytes == [9, 8, 7])
        #expect(ring.take(into: &bytes) == Mark(number: 2, kind: 8))
        #expect(bytes == [])
        #expect(ring.take(into: &bytes) == nil)
        #expect(ring.waiting == 0 && ring.lost == 0)
    }

    @Test func `what finds no room is dropped and counted, the rest stays whole`() {
        let ring = RecordRing<Mark>(capacity: 128)
        defer { ring.destroy() }
        let one = ring.append(Mark(number: 1, kind: 0), Self.bytes(80, 1).span)
        let two = ring.append(Mark(number: 2, kind: 0), Self.bytes(80, 2).span)
        let three = ring.append(Mark(number: 3, kind: 0), Self.bytes(1000, 3).span)
        #expect(one && !two && !three)
        #expect(ring.lost == 2)
        var bytes: [UInt8] = []
        #expect(ring.take(into: &bytes)?.number == 1)
        #expect(bytes == Self.bytes(80, 1))
        let four = ring.append(Mark(number: 4, kind: 0), Self.bytes(80, 4).span)
        #expect(four)
        #expect(ring.take(into: &bytes)?.number == 4)
        #expect(bytes == Self.bytes(80, 4))
    }

    @Test func `a record may lie around the end, wherever it begins`() {
        let ring = RecordRing<Mark>(capacity: 256)
        defer { ring.destroy() }
        var bytes: [UInt8] = []
        for number in 0..<2000 as Range<UInt64> {
            let sent = Self.bytes(Int(number % 200), number)
            ring.append(Mark(number: number, kind: 1), sent.span)
            #expect(ring.take(into: &bytes) == Mark(number: number, kind: 1))
            #expect(bytes == sent)
        }
        #expect(ring.lost == 0)
    }

    @Test func `one thread appends while another takes`() async {
        let ring = RecordRing<Mark>(capacity: 4096)
        defer { ring.destroy() }
        let count: UInt64 = 20_000
        let writer = Task.detached {
            for number in 0..<count {
                let sent = Self.bytes(Int(number % 61), number)
                ring.append(Mark(number: number, kind: UInt8(number % 61)), sent.span)
            }
        }
        let reader = Task.detached {
            var bytes: [UInt8] = []
            var taken: UInt64 = 0
            var last: UInt64?
            while taken + ring.lost < count {
                guard let mark = ring.take(into: &bytes) else { continue }
                if let last, mark.number <= last { return false }
                last = mark.number
                taken += 1
                if bytes != Self.bytes(Int(mark.kind), mark.number) { return false }
            }
            return true
        }
        await writer.value
        #expect(await reader.value)
    }
}
