internal import Bytes

/// What a `priority` field asks for (RFC 9218 §4); what it does not say is as by default.
struct HTTP2Priority: BitwiseCopyable, Equatable {
    /// 0, the most urgent, to 7.
    var urgency: UInt32 = 3
    /// Its bytes are of use as they come, so that streams of one urgency take turns.
    var isIncremental = false

    /// Reads a field's value; members that are unknown or make no sense are passed over.
    init(_ value: Span<UInt8>) {
        var list = ListCursor(0..<value.count)
        while let range = list.next(in: value) {
            // Parameters of a member mean nothing here.
            let end = ByteScan.first(0x3b, in: value.extracting(range), from: 0)
            let member = value.extracting(range).extracting(first: end)
            if member.count == 3, member[0] == 0x75, member[1] == 0x3d, member[2] &- 0x30 < 8 {
                urgency = UInt32(member[2] &- 0x30)
            } else if member.count == 1, member[0] == 0x69 {
                isIncremental = true
            } else if ByteScan.equal(member, "i=?1") || ByteScan.equal(member, "i=?0") {
                isIncremental = member[3] == 0x31
            }
        }
    }
}
