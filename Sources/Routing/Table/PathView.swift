internal import Bytes
internal import HTTP

/// One path of a route: a literal prefix with conditions, and the split behind it.
struct PathView {
    let route: BlockView
    let offset: Int

    /// Plain requests from outside are to come back over TLS.
    var redirects: Bool { route.load32(at: offset + Layout.Path.redirects) != 0 }

    var split: CountedSplit {
        CountedSplit(route, at: Int(route.load32(at: offset + Layout.Path.split)))
    }

    /// The raw path begins with the prefix, byte for byte, and every condition holds.
    func matches(_ head: borrowing Head, _ bytes: Span<UInt8>) -> Bool {
        let prefix = route.text(at: offset + Layout.Path.prefix)
        guard prefix.isPrefix(of: bytes.extracting(head.path.range)) else { return false }
        let conditions = Int(route.load32(at: offset + Layout.Path.conditions))
        let count = Int(route.load32(at: offset + Layout.Path.conditionCount))
        for index in 0..<count {
            let condition = conditions + index * Layout.Pair.size
            let name = route.text(at: condition + Layout.Pair.name)
            let value = route.text(at: condition + Layout.Pair.value)
            guard Self.holds(name, value, head, bytes) else { return false }
        }
        return true
    }

    /// Name without case, value with it; an empty value asks only that the field is there.
    ///
    /// Several fields of the name count as one whose values are joined by a comma, without a
    /// blank (Envoy's `getAllOfHeaderAsString`); they are compared in place.
    private static func holds(
        _ name: BlockView, _ value: BlockView, _ head: borrowing Head, _ bytes: Span<UInt8>
    ) -> Bool {
        var isPresent = false
        var compared = 0
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard Int(field.name.count) == name.count,
                ByteScan.equal(name.bytes, ignoringCase: bytes.extracting(field.name.range))
            else { continue }
            if value.isEmpty { return true }
            if isPresent {
                guard compared < value.count, value[compared] == UInt8(ascii: ",") else {
                    return false
                }
                compared += 1
            }
            isPresent = true
            let count = Int(field.value.count)
            guard count <= value.count - compared,
                value.part(compared, count: count).equals(bytes.extracting(field.value.range))
            else { return false }
            compared += count
        }
        return isPresent && compared == value.count
    }
}
