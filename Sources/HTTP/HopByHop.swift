internal import Bytes

/// Which fields end at this hop (RFC 9110 §7.6.1).
enum HopByHop {
    /// LIMIT: names that the Connection fields of one head may list; each costs a walk over all
    /// fields.
    static let namesMax = 32

    /// Marks every field that a Connection field names as dropped, but for protected ones.
    static func dropNamed(in head: inout Head, of bytes: Span<UInt8>) {
        for index in 0..<head.fields.count where head.fields[index].known == .connection {
            var list = ListCursor(head.fields[index].value.range)
            while let option = list.next(in: bytes) {
                drop(bytes.extracting(option), in: &head, of: bytes)
            }
        }
    }

    private static func drop(
        _ name: Span<UInt8>, in head: inout Head, of bytes: Span<UInt8>
    ) {
        for index in 0..<head.fields.count where head.fields[index].name.range.count == name.count {
            let field = bytes.extracting(head.fields[index].name.range)
            if ByteScan.equal(field, ignoringCase: name), !isProtected(field) {
                head.fields[index].isDropped = true
            }
        }
    }

    /// Whether a client may not have the field removed by listing it in Connection.
    ///
    /// That is what says who the client is and where the request goes; the listing is ignored.
    static func isProtected(_ name: Span<UInt8>) -> Bool {
        ByteScan.starts(name, ignoringCase: "x-forwarded-")
            || ByteScan.starts(name, ignoringCase: "knative-")
            || ByteScan.starts(name, ignoringCase: "k-")
            || ByteScan.equal(name, ignoringCase: "forwarded")
    }
}
