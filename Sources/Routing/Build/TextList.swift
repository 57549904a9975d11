/// Texts by their bytes, each with its place: equal strings may differ in theirs.
///
/// Few are found by comparing them one by one, which takes neither memory nor hashes.
struct TextList {
    private static let fewMax = 32

    private var texts: [String] = []
    /// Where there are many.
    private var places: [[UInt8]: Int] = [:]

    init(_ texts: [String] = []) { self.texts = texts }

    func place(of text: String) -> Int? {
        if texts.count > Self.fewMax { return places[Array(text.utf8)] }
        let count = text.utf8.count
        // Equal strings that have as many bytes have the same, but for very few.
        return texts.firstIndex {
            $0.utf8.count == count && $0 == text && $0.utf8.elementsEqual(text.utf8)
        }
    }

    /// The text must not be there yet.
    mutating func append(_ text: String) {
        texts.append(text)
        if texts.count > Self.fewMax {
            for place in places.count..<texts.count { places[Array(texts[place].utf8)] = place }
        }
    }
}
