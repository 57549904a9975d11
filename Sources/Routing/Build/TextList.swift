internal import Bytes

/// Texts by their bytes, each with its place: equal strings may differ in theirs.
///
/// Few are found by comparing them one by one, which takes neither memory nor hashes.
struct TextList {
    private static let fewMax = 48

    private var texts: [String] = []
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
        let mark = TextMark.of(bytes)
        for place in marks.indices
        where marks[place] == mark && ByteScan.equal(texts[place].utf8.span, bytes) {
            return place
        }
        return nil
    }

    /// The text must not be there yet.
    mutating func append(_ text: String) {
        texts.append(text)
        marks.append(TextMark.of(text.utf8.span))
        if texts.count > Self.fewMax {
            for place in places.count..<texts.count { places[Array(texts[place].utf8)] = place }
        }
    }
}
