/// Reads what a `Packer` wrote; bytes from elsewhere trap.
struct Unpacker {
    private let bytes: [UInt8]
    private var index = 0
    private var texts = Packer.known

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func number<Number: FixedWidthInteger>() -> Number {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while bytes[index] >= 0x80 {
            value |= UInt64(bytes[index] & 0x7f) << shift
            shift += 7
            index += 1
        }
        value |= UInt64(bytes[index]) << shift
        index += 1
        return Number(value)
    }

    mutating func flag() -> Bool {
        index += 1
        return bytes[index - 1] != 0
    }

    mutating func text() -> String {
        let head: Int = number()
        if head & 1 == 1 { return texts[head >> 1] }
        let end = index + head >> 1
        let text = String(decoding: bytes[index..<end], as: UTF8.self)
        index = end
        texts.append(text)
        return text
    }

    mutating func list<Item>(_ read: (inout Unpacker) -> Item) -> [Item] {
        let count: Int = number()
        var items: [Item] = []
        items.reserveCapacity(count)
        for _ in 0..<count { items.append(read(&self)) }
        return items
    }

    mutating func optional<Item>(_ read: (inout Unpacker) -> Item) -> Item? {
        flag() ? read(&self) : nil
    }
}
