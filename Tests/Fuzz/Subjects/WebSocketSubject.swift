import Bytes
import HTTP

/// Frames of WebSocket: they end at the same places however they are cut, and as plain reading says.
enum WebSocketSubject {
    static func check(_ bytes: [UInt8]) throws(Finding) {
        let ends = try Cuts.agree(bytes[...]) { pieces throws(Finding) in
            var frames = WebSocketFrames()
            var place = 0
            var ends: [Int] = []
            for piece in pieces {
                var rest = piece
                while !rest.isEmpty {
                    let passed = frames.pass(Array(rest).span, stopping: true)
                    try demand((1...rest.count).contains(passed), "passed \(passed)")
                    place += passed
                    if frames.isBetweenFrames { ends.append(place) }
                    rest = rest.dropFirst(passed)
                }
            }
            return ends
        }
        try demand(ends, equals: plainEnds(bytes), "ends of frames")
        var frames = WebSocketFrames()
        try demand(frames.pass(bytes.span, stopping: false), equals: bytes.count, "without a stop")
        try demand(
            frames.isBetweenFrames, equals: bytes.isEmpty || ends.last == bytes.count, "at the end")
    }

    /// RFC 6455 §5.2, with all bytes at hand.
    private static func plainEnds(_ bytes: [UInt8]) -> [Int] {
        var ends: [Int] = []
        var place = 0
        while place + 2 <= bytes.count {
            let short = bytes[place + 1] & 0x7f
            let more = short == 126 ? 2 : short == 127 ? 8 : 0
            let header = 2 + more + (bytes[place + 1] & 0x80 == 0 ? 0 : 4)
            guard place + header <= bytes.count else { break }
            let length =
                more == 0
                ? UInt64(short)
                : bytes[place + 2..<place + 2 + more].reduce(0) { $0 << 8 | UInt64($1) }
            guard length <= UInt64(bytes.count - place - header) else { break }
            place += header + Int(length)
            ends.append(place)
        }
        return ends
    }
}
