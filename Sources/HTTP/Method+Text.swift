internal import Bytes

extension Method {
    /// The method that these bytes name; upper and lower case differ (RFC 9110 §9.1).
    package init(_ text: Span<UInt8>) {
        let candidate: Method =
            switch text.count {
            case 3: text[0] == 0x47 ? .get : .put
            case 4: text[0] == 0x48 ? .head : .post
            case 5: text[0] == 0x54 ? .trace : .patch
            case 6: .delete
            case 7: text[0] == 0x43 ? .connect : .options
            default: .other
            }
        self = ByteScan.equal(text, candidate.text) ? candidate : .other
    }

    /// The method as it is written; `other` has no text.
    package var text: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .connect: "CONNECT"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .patch: "PATCH"
        case .other: ""
        }
    }
}
