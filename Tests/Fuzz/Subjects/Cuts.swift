/// The ways in which an input arrives: whole, byte by byte, and cut in two.
enum Cuts {
    /// Inputs up to this length are cut at every place.
    ///
    /// A fuzzer does so with one input in sixteen, and tests with all: it costs as much as all else.
    @TaskLocal static var everyPlaceMax = 0
    private static let sometimesMax = 96

    /// Pieces by where each ends; the first way is the whole.
    static func ways(_ bytes: ArraySlice<UInt8>) -> [[Int]] {
        let count = bytes.count
        guard count > 0 else { return [[0]] }
        var ways = [[count], Array(1...count)]
        var draw = Draw(bytes)
        let isThorough = count <= sometimesMax && draw.below(16) == 0
        if count <= everyPlaceMax || isThorough {
            ways += (0...count).map { [$0, count] }
        } else {
            // A few places that the input itself chooses, so that a finding can be run again.
            ways += (0..<3).map { _ in [draw.below(count + 1), count] }
            ways.append((0..<6).map { _ in draw.below(count + 1) }.sorted() + [count])
        }
        return ways
    }

    /// Demands that all ways give what the whole gives.
    static func agree<Value: Equatable>(
        _ bytes: ArraySlice<UInt8>, _ read: (_ pieces: [ArraySlice<UInt8>]) throws(Finding) -> Value
    ) throws(Finding) -> Value {
        let ways = ways(bytes)
        let whole = try read(pieces(of: bytes, ways[0]))
        for way in ways.dropFirst() {
            let cut = try read(pieces(of: bytes, way))
            try demand(cut, equals: whole, "cut at \(way.count > 8 ? "every byte" : "\(way)")")
        }
        return whole
    }

    private static func pieces(
        of bytes: ArraySlice<UInt8>, _ ends: [Int]
    ) -> [ArraySlice<UInt8>] {
        var start = 0
        return ends.map { end in
            defer { start = end }
            return bytes[bytes.startIndex + start..<bytes.startIndex + end]
        }
    }

    /// Numbers that follow from the bytes.
    private struct Draw {
        private var state: UInt64 = 14_695_981_039_346_656_037

        init(_ bytes: ArraySlice<UInt8>) {
            for byte in bytes { state = (state ^ UInt64(byte)) &* 1_099_511_628_211 }
        }

        mutating func below(_ bound: Int) -> Int {
            state = (state ^ state >> 29) &* 0xbf58_476d_1ce4_e5b9
            return Int(state >> 33) % bound
        }
    }
}
