import Reactor
import Testing

struct NameAnswerTests {
    /// A message with one question and these records: type, seconds, data.
    static func message(
        _ records: [(type: UInt8, seconds: UInt32, data: [UInt8])], name: [UInt8] = [0xc0, 12]
    ) -> [UInt8] {
        var bytes: [UInt8] = [0, 1, 0x81, 0x80, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        bytes += [3, 97, 98, 99, 0, 0, 1, 0, 1]
        for record in records {
            bytes += name + [0, record.type, 0, 1]
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: record.seconds >> (24 - 8 * $0)) }
            bytes += [0, UInt8(record.data.count)] + record.data
        }
        return bytes
    }

    private static let six = [UInt8](repeating: 9, count: 16)

    @Test func `addresses of the family count, aliases lend only their life`() {
        let bytes = Self.message([
            (5, 30, [0xc0, 12]), (1, 60, [10, 0, 0, 1]), (28, 60, Self.six),
            (1, 45, [10, 0, 0, 2]),
        ])
        #expect(
            NameAnswer(bytes.span, .four)
                == .found([[10, 0, 0, 1], [10, 0, 0, 2]], seconds: 30))
        #expect(NameAnswer(bytes.span, .six) == .found([Self.six], seconds: 30))
    }

    @Test func `an answer without an address of the family says that there is none`() {
        #expect(NameAnswer(Self.message([]).span, .four) == .absent)
        #expect(NameAnswer(Self.message([(1, 5, [1, 2, 3, 4])]).span, .six) == .absent)
    }

    @Test func `a life with the highest bit is none, and odd sizes are left out`() {
        let bytes = Self.message([(1, 1 << 31, [1, 2, 3, 4]), (1, 9, [1, 2, 3])])
        #expect(NameAnswer(bytes.span, .four) == .found([[1, 2, 3, 4]], seconds: 0))
    }

    @Test func `what is cut short anywhere has failed, and nothing traps`() {
        let bytes = Self.message([(1, 60, [10, 0, 0, 1])], name: [1, 97, 0])
        for count in 0..<bytes.count {
            #expect(NameAnswer(bytes.span.extracting(0..<count), .four) == .failed)
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var changed = bytes
            for _ in 0..<3 {
                let place = Int.random(in: 0..<changed.count, using: &random)
                changed[place] = UInt8.random(in: 0...255, using: &random)
            }
            _ = NameAnswer(changed.span, .four)
        }
    }

    @Test func `more addresses than the limit are left out`() {
        let records = (0..<200).map { (UInt8(1), UInt32(9), [UInt8(10), 0, 0, UInt8($0)]) }
        guard case .found(let ips, _) = NameAnswer(Self.message(records).span, .four) else {
            Issue.record("no address")
            return
        }
        #expect(ips.count == NameAnswer.addressesMax)
    }
}
