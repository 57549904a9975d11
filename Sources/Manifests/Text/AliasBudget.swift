internal import Bytes

/// Bounds from above what a text's aliases expand to, before anything expands them.
///
/// The parser hashes keys and shares nodes, so a bomb of aliases is cheap to write and endless
/// to walk. The subtree of an anchor lies between the anchor and its first use, so that
/// distance, with the expansions in it, bounds its size. Words that only look like anchors or
/// aliases can make the bound larger, never smaller.
enum AliasBudget {
    /// LIMIT: bytes that aliases may add to one file.
    static let limit = 16 << 20
    /// LIMIT: aliases in one file.
    static let countLimit = 10_000

    /// Where an anchor was first defined, and what one use of it adds.
    private struct Anchor {
        var start: Int
        var weight: Int?
    }

    static func holds(_ text: String) -> Bool {
        let span = text.utf8.span
        guard ByteScan.first(UInt8(ascii: "*"), in: span, from: 0) < span.count,
            ByteScan.first(UInt8(ascii: "&"), in: span, from: 0) < span.count
        else { return true }
        let bytes = Array(text.utf8)
        var anchors: [ArraySlice<UInt8>: Anchor] = [:]
        var added = 0
        var count = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let isAnchor = byte == UInt8(ascii: "&")
            guard isAnchor || byte == UInt8(ascii: "*"),
                index == 0 || mayPrecedeMark(bytes[index - 1])
            else {
                index += 1
                continue
            }
            let end =
                bytes[(index + 1)...].firstIndex { !isNameByte($0) } ?? bytes.count
            let name = bytes[(index + 1)..<end]
            if isAnchor {
                // A second anchor of that name keeps the first's start: a larger bound.
                anchors[name, default: Anchor(start: index + added)].weight = nil
            } else if var anchor = anchors[name] {
                let weight = anchor.weight ?? (index + added - anchor.start)
                anchor.weight = weight
                anchors[name] = anchor
                added += weight
                count += 1
                if added > limit || count > countLimit { return false }
            }
            index = max(end, index + 1)
        }
        return true
    }

    private static func mayPrecedeMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"),
            UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"),
            UInt8(ascii: "-"), UInt8(ascii: "?"):
            true
        default: byte >= 0x80
        }
    }

    /// libyaml's own set for anchors: letters, digits, `-` and `_`.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
