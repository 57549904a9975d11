internal import Bytes
internal import HTTP

extension StickySplit {
    /// Where a cookie's key stands.
    func place(_ key: StickyKey, isIssued: Bool) -> StickyPlace {
        var hash = hash
        hash.append(key)
        return StickyPlace(hash, issued: isIssued ? key : nil)
    }

    /// Where the client's field stands; nil when it is absent.
    ///
    /// Several fields count as one, joined by commas, as in conditions.
    func place(byField head: borrowing Head, _ bytes: Span<UInt8>) -> StickyPlace? {
        var hash = hash
        var isPresent = false
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard FoundField.isNamed(field, name, bytes) else { continue }
            if isPresent { hash.append(UInt8(ascii: ",")) }
            isPresent = true
            hash.append(bytes.extracting(field.value.range))
        }
        return isPresent ? StickyPlace(hash, issued: nil) : nil
    }
}
