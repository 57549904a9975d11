internal import Bytes

/// Where the parts of a JSON text stand; decodes only what it is asked for.
///
/// Never traps on hostile bytes: what is no JSON has no parts.
package struct JSONSlices: Sendable {
    /// A member of an object.
    package struct Member: Hashable, Sendable {
        /// With its quotes.
        package var key: Range<Int>
        package var value: Range<Int>
    }

    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The one value that the text is, without the space around it; nil for any other text.
    package var whole: Range<Int>? {
        var scanner = JSONScanner(bytes, 0..<bytes.count)
        scanner.skipSpace()
        guard let value = scanner.value() else { return nil }
        scanner.skipSpace()
        return scanner.next == nil ? value : nil
    }

    /// The members of the object that begins where `range` begins; nil where none does.
    package func members(_ range: Range<Int>) -> [Member]? {
        var scanner = JSONScanner(bytes, range)
        var members: [Member] = []
        guard scanner.object(0, { members.append(Member(key: $0, value: $1)) }) else { return nil }
        return members
    }

    /// The items of the array that begins where `range` begins; nil where none does.
    package func items(_ range: Range<Int>) -> [Range<Int>]? {
        var scanner = JSONScanner(bytes, range)
        var items: [Range<Int>] = []
        guard scanner.array(0, { items.append($0) }) else { return nil }
        return items
    }

    /// The value of an object's member; the last one where the key stands twice.
    package func value(_ key: String, in object: Range<Int>?) -> Range<Int>? {
        guard let object, let members = members(object) else { return nil }
        return members.last { isKey($0, key) }?.value
    }

    /// Whether the member has this key.
    package func isKey(_ member: Member, _ key: String) -> Bool {
        let inside = member.key.dropFirst().dropLast()
        if inside.count == key.utf8.count { return key.utf8.elementsEqual(bytes[inside]) }
        // Escapes make a key longer, never shorter.
        guard inside.count > key.utf8.count, bytes[inside].contains(UInt8(ascii: "\\")) else {
            return false
        }
        return text(member.key) == key
    }

    /// The string at this range, which includes its quotes; nil where none is, or no UTF-8.
    package func text(_ range: Range<Int>?) -> String? {
        guard let range, range.count >= 2, bytes.indices.contains(range.lowerBound),
            range.upperBound <= bytes.count, bytes[range.lowerBound] == UInt8(ascii: "\"")
        else { return nil }
        let inside = range.dropFirst().dropLast()
        guard bytes[inside].contains(UInt8(ascii: "\\")) else {
            return String(validating: bytes[inside], as: UTF8.self)
        }
        return Self.unescaped(bytes[inside])
    }

    /// The whole number at this range; nil where none is.
    package func number(_ range: Range<Int>?) -> Int64? {
        guard let range, range.count <= 20, range.upperBound <= bytes.count else { return nil }
        return String(validating: bytes[range], as: UTF8.self).flatMap { Int64($0) }
    }

    /// The JSON text at this range; nil where it is no UTF-8.
    package func raw(_ range: Range<Int>) -> String? {
        String(validating: bytes[range], as: UTF8.self)
    }

    /// What to cut to take a member out of its object, with the comma that goes with it.
    package func cut(_ index: Int, of members: [Member]) -> Range<Int> {
        let member = members[index]
        if index + 1 < members.count {
            return member.key.lowerBound..<members[index + 1].key.lowerBound
        }
        if index > 0 { return members[index - 1].value.upperBound..<member.value.upperBound }
        return member.key.lowerBound..<member.value.upperBound
    }

    // MARK: Escapes

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String? {
        var units: [UInt8] = []
        units.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                units.append(byte)
                continue
            }
            guard let kind = rest.popFirst() else { return nil }
            switch kind {
            case UInt8(ascii: "b"): units.append(8)
            case UInt8(ascii: "t"): units.append(9)
            case UInt8(ascii: "n"): units.append(10)
            case UInt8(ascii: "f"): units.append(12)
            case UInt8(ascii: "r"): units.append(13)
            case UInt8(ascii: "u"):
                guard let scalar = scalar(&rest) else { return nil }
                units += Array(String(Character(scalar)).utf8)
            default: units.append(kind)
            }
        }
        return String(validating: units, as: UTF8.self)
    }

    /// The character of the digits that follow `\u`; takes a second half too.
    private static func scalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let first = unit(&rest) else { return nil }
        guard JSONEscape.isFirstHalf(first) else { return Unicode.Scalar(first) }
        guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u"),
            let second = unit(&rest)
        else { return nil }
        return JSONEscape.joined(first, second)
    }

    private static func unit(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
        guard let unit = JSONEscape.unit(rest.span, at: 0) else { return nil }
        rest.removeFirst(4)
        return unit
    }
}
