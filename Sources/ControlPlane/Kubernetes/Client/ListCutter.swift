/// Cuts the items out of a list's JSON while it arrives, so that no page is held whole.
///
/// Only looks at strings and brackets: whoever reads an item finds out whether it is JSON.
struct ListCutter {
    /// LIMIT: bytes of an item; etcd takes objects of up to 1.5 MiB.
    static let itemMax = 8 << 20
    /// LIMIT: bytes of what is around the items.
    static let envelopeMax = 1 << 20

    /// The list without its items, when all has come.
    private(set) var envelope: [UInt8] = []

    private let most: Int
    private var item: [UInt8] = []
    /// Brackets that are open.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Where the last string of the envelope began: the key before a colon.
    private var keyStart = 0
    private var keyEnd = 0
    private var isInItems = false

    private static let itemsKey = Array("\"items\"".utf8)

    init(itemMax: Int = Self.itemMax) { most = itemMax }

    /// Takes more bytes, telling each item that they complete; false when one, or what is around
    /// them, is too long, or closes what was not opened.
    mutating func take(_ bytes: [UInt8], _ tell: ([UInt8]) -> Void) -> Bool {
        var at = 0
        while at < bytes.count {
            if isInItems {
                guard takeItems(bytes, &at, tell) else { return false }
            } else {
                guard takeEnvelope(bytes[at]) else { return false }
                at += 1
            }
        }
        return true
    }

    /// One byte outside of the items.
    private mutating func takeEnvelope(_ byte: UInt8) -> Bool {
        guard envelope.count < Self.envelopeMax else { return false }
        envelope.append(byte)
        if isInString {
            step(byte)
            if !isInString { keyEnd = envelope.count }
            return true
        }
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            keyStart = envelope.count - 1
        case UInt8(ascii: "{"):
            depth += 1
        case UInt8(ascii: "["):
            isInItems = depth == 1 && envelope[keyStart..<keyEnd].elementsEqual(Self.itemsKey)
            depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            return depth >= 0
        default: break
        }
        return true
    }

    /// As many bytes as belong to one item, or to what separates two.
    private mutating func takeItems(
        _ bytes: [UInt8], _ at: inout Int, _ tell: ([UInt8]) -> Void
    ) -> Bool {
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if isInString {
                step(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 1 {
                    // The end of the items. What stood after the last one was no object.
                    isInItems = false
                    keyStart = 0
                    keyEnd = 0
                    envelope.append(byte)
                    item += bytes[start..<at - 1]
                    defer { item = [] }
                    return item.allSatisfy(Self.isBetween)
                }
                if depth == 2 {
                    item += bytes[start..<at]
                    tell(Array(item.drop(while: Self.isBetween)))
                    item = []
                    return true
                }
            default: break
            }
        }
        item += bytes[start..<at]
        return item.count <= most
    }

    private mutating func step(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
        }
    }

    /// Space, or the comma between two items.
    private static func isBetween(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"),
            UInt8(ascii: "\t"):
            true
        default: false
        }
    }
}
