internal import Bytes

/// Writes numbers in as few bytes as they need, and each text once: where it is new, its count and
/// bytes, later its place among the texts.
struct Packer {
    /// Texts that most sources have; their order is part of the form.
    static let known = [
        "", "/", "80", "81", "443", "Knative-Serving-Namespace", "Knative-Serving-Revision",
        "Knative-Serving-Default-Route", "Knative-Serving-Tag", "true",
    ]

    private static let knownTexts = TextList(known)

    private var bytes: [UInt8] = []
    private var texts = knownTexts

    init() { bytes.reserveCapacity(HeapMemory.quickMax) }

    /// In memory of just its size.
    func sealed() -> [UInt8] {
        var sealed: [UInt8] = []
        sealed.reserveCapacity(bytes.count)
        sealed.append(bytes: bytes.span)
        return sealed
    }

    mutating func put(_ value: some FixedWidthInteger) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func put(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    mutating func put(_ text: String) {
        if let place = texts.place(of: text) { return put(place << 1 | 1) }
        put(text.utf8.count << 1)
        bytes.append(text: text)
        texts.append(text)
    }

    mutating func put<Item>(_ items: [Item], _ write: (inout Packer, Item) -> Void) {
        put(items.count)
        for item in items { write(&self, item) }
    }

    mutating func put<Item>(_ item: Item?, _ write: (inout Packer, Item) -> Void) {
        put(item != nil)
        if let item { write(&self, item) }
    }
}
