internal import Bytes

/// One line of a field section: of a head or of trailers (RFC 9112 §5).
enum FieldLine {
    case field(FieldBounds)
    /// The empty line that ends the section; what follows begins at `next`.
    case end(next: Int)
    /// The line's end has not come yet.
    case partial
    /// Not a field line. Only final when the line's LF is there, so that the answer does not
    /// depend on how the bytes were cut.
    case fault(HeadFault)

    /// Reads the line at `start` (at most `bytes.count`).
    ///
    /// Inlined where it is used: its value would otherwise go through memory for every field.
    @inline(always)
    static func read(
        _ bytes: Span<UInt8>, at start: Int, allowsUnderscores: Bool
    ) -> FieldLine {
        var nameEnd = ByteScan.endOfPlainName(in: bytes, from: start)
        if nameEnd == bytes.count { return .partial }
        if bytes[nameEnd] != 0x3a || nameEnd == start {
            nameEnd = ByteScan.endOfToken(in: bytes, from: nameEnd)
            if let odd = oddLine(bytes, name: start..<nameEnd, allowsUnderscores) { return odd }
        }
        var valueStart = nameEnd &+ 1
        while valueStart < bytes.count, ASCII.isBlank(bytes[valueStart]) { valueStart &+= 1 }
        let lineEnd = ByteScan.endOfFieldValue(in: bytes, from: valueStart)
        if lineEnd == bytes.count { return .partial }
        guard bytes[lineEnd] == 0x0d else { return .fault(valueFault(bytes[lineEnd])) }
        if lineEnd &+ 1 == bytes.count { return .partial }
        guard bytes[lineEnd &+ 1] == 0x0a else { return .fault(.bareCarriageReturn) }
        var valueEnd = lineEnd
        while valueEnd > valueStart, ASCII.isBlank(bytes[valueEnd &- 1]) { valueEnd &-= 1 }
        return .field(
            FieldBounds(
                name: start, nameEnd: nameEnd, value: valueStart, valueEnd: valueEnd,
                next: lineEnd &+ 2))
    }

    /// What a line is that does not begin with a plain name and a colon; nil when it is a field
    /// all the same.
    private static func oddLine(
        _ bytes: Span<UInt8>, name: Range<Int>, _ allowsUnderscores: Bool
    ) -> FieldLine? {
        if name.upperBound == bytes.count { return .partial }
        if name.isEmpty { return emptyName(bytes, at: name.upperBound) }
        if bytes[name.upperBound] != 0x3a { return .fault(nameFault(bytes, at: name.upperBound)) }
        return underscoreFault(bytes.extracting(name), allowsUnderscores).map { .fault($0) }
    }

    /// A line that does not begin with a name: its section's end, or a fault.
    private static func emptyName(_ bytes: Span<UInt8>, at start: Int) -> FieldLine {
        switch bytes[start] {
        case 0x0d:
            guard start + 1 < bytes.count else { return .partial }
            return bytes[start + 1] == 0x0a
                ? .end(next: start + 2) : .fault(.bareCarriageReturn)
        case 0x20, 0x09: return .fault(.obsFold)
        case 0x3a: return .fault(.badFieldName)
        default: return .fault(nameFault(bytes, at: start))
        }
    }

    /// Why a name may not end with the byte at `index`.
    private static func nameFault(_ bytes: Span<UInt8>, at index: Int) -> HeadFault {
        switch bytes[index] {
        case 0x20, 0x09: .spaceBeforeColon
        case 0x0a: .bareLineFeed
        case 0x0d:
            index + 1 < bytes.count && bytes[index + 1] == 0x0a
                ? .missingColon : .bareCarriageReturn
        case 0: .nulByte
        default: .badFieldName
        }
    }

    /// Why a value may not hold the byte.
    static func valueFault(_ byte: UInt8) -> HeadFault {
        switch byte {
        case 0x0a: .bareLineFeed
        case 0x0d: .bareCarriageReturn
        case 0: .nulByte
        default: .controlByte
        }
    }

    /// Names with `_` are refused at an edge, because programs behind it may read `_` as `-`.
    ///
    /// Where they are allowed, none may look that way like a framing field, or like one that the
    /// gateway strips or writes itself.
    static func underscoreFault(_ name: Span<UInt8>, _ allows: Bool) -> HeadFault? {
        guard ByteScan.first(0x5f, in: name, from: 0) < name.count else { return nil }
        return allows && !isProtected(name) ? nil : .underscoreInName
    }

    private static func isProtected(_ name: Span<UInt8>) -> Bool {
        reads(name, as: "content-length") || reads(name, as: "transfer-encoding")
            || reads(name, as: "x-request-id") || reads(name, as: "x-real-ip")
            || reads(name, as: "x-forwarded-") || reads(name, as: "x-envoy-")
            || reads(name, as: "k-") || reads(name, as: "knative-") || reads(name, as: "weir-")
    }

    /// Whether a program that reads `_` as `-` would find the prefix, but for the case of A–Z.
    private static func reads(_ name: Span<UInt8>, as prefix: StaticString) -> Bool {
        let wanted = ByteScan.bytes(of: prefix)
        guard name.count >= wanted.count else { return false }
        for index in wanted.indices {
            let byte = name[index] == 0x5f ? 0x2d : ASCII.lowered(name[index])
            if byte != wanted[index] { return false }
        }
        return true
    }
}
