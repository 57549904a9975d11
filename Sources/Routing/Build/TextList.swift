internal import Bytes

/// Texts by their bytes, each with its place: equal strings may differ in theirs.
///
/// Few are found by comparing them one by one, which takes neither memory nor hashes.
struct TextList {
    private static let fewMax = 32

    private var texts: [String] = []
    /// What tells most texts apart without looking at them.
    private var marks: [UInt64] = []
    /// Where there are many.
    private var places: [[UInt8]: Int] = [:]

    init(_ texts: [String] = []) {
        self.texts.reserveCapacity(Self.fewMax)
        marks.reserveCapacity(Self.fewMax)
        for text in texts { append(text) }
    }

    var count: Int { texts.count }

    func place(of text: String) -> Int? {
        if texts.count > Self.fewMax { return places[Array(text.utf8)] }
        let bytes = text.utf8.span
        let mark = Self.mark(bytes)
        for place in marks.indices
        where marks[place] == mark && ByteScan.equal(texts[place].utf8.span, bytes) {
            return place
        }
        return nil
    }

    /// The text must not be there yet.
    mutating func append(_ text: String) {
        texts.append(text)
        marks.append(Self.mark(text.utf8.span))
        if texts.count > Self.fewMax {
            for place in places.count..<texts.count { places[Array(texts[place].utf8)] = place }
        }
    }

    /// The count, and the ends: names that belong together differ in the last bytes.
    private static func mark(_ bytes: Span<UInt8>) -> UInt64 {
        let count = bytes.count
        if count == 0 { return 0 }
        return UInt64(count) << 32 | UInt64(bytes[0]) << 16
            | UInt64(bytes[count / 2]) << 8 | UInt64(bytes[count - 1])
    }
}
