internal import Bytes

/// The pseudo fields of a header block: which came, and where their values lie (RFC 9113 §8.3).
struct HTTP2Pseudo: BitwiseCopyable {
    /// One of them; each may come once.
    enum Name: UInt8 {
        case method = 1
        case scheme = 2
        case path = 4
        case authority = 8
        /// `:protocol` (RFC 8441 §4).
        case spoken = 16
        case status = 32

        /// The pseudo field with this name; nil where a request, or a response, has none such.
        init?(_ name: Span<UInt8>, isResponse: Bool) {
            if isResponse {
                guard ByteScan.equal(name, ":status") else { return nil }
                self = .status
                return
            }
            let text: StaticString
            switch name.count {
            case 5: (self, text) = (.path, ":path")
            case 9: (self, text) = (.spoken, ":protocol")
            case 10: (self, text) = (.authority, ":authority")
            case 7 where name[1] == UInt8(ascii: "m"): (self, text) = (.method, ":method")
            case 7: (self, text) = (.scheme, ":scheme")
            default: return nil
            }
            if !ByteScan.equal(name, text) { return nil }
        }
    }

    private var seen: UInt8 = 0
    var method = Slice.empty
    var scheme = Slice.empty
    var path = Slice.empty
    var authority = Slice.empty
    var spoken = Slice.empty
    var status: UInt16 = 0

    func has(_ name: Name) -> Bool { seen & name.rawValue != 0 }

    /// Notes that it came; false when it had come before.
    mutating func take(_ name: Name) -> Bool {
        if has(name) { return false }
        seen |= name.rawValue
        return true
    }

    /// Where its value lies in the head's text.
    mutating func place(_ name: Name, _ slice: Slice) {
        switch name {
        case .method: method = slice
        case .scheme: scheme = slice
        case .path: path = slice
        case .authority: authority = slice
        case .spoken: spoken = slice
        case .status: break
        }
    }

    /// Whether these are the pseudo fields of a request, its Host beside them (RFC 9113 §8.3.1,
    /// §8.5, RFC 8441 §4).
    func makeRequest(in text: Span<UInt8>, hasHost: Bool) -> Bool {
        let isConnect = ByteScan.equal(text.extracting(method.range), "CONNECT")
        if isConnect, !has(.spoken) {
            return has(.authority) && !has(.scheme) && !has(.path)
        }
        guard has(.method), has(.scheme), has(.path), has(.authority) || hasHost else {
            return false
        }
        if has(.spoken), !isConnect || !has(.authority) { return false }
        let scheme = text.extracting(scheme.range)
        let isHTTP = Self.isHTTP(scheme)
        if !isHTTP || text[Int(path.start)] == 0x2f { return true }
        return path.count == 1 && text[Int(path.start)] == 0x2a
            && ByteScan.equal(text.extracting(method.range), "OPTIONS")
    }

    /// Whether it is `http` or `https`.
    static func isHTTP(_ scheme: Span<UInt8>) -> Bool {
        ByteScan.equal(scheme, ignoringCase: "https")
            || ByteScan.equal(scheme, ignoringCase: "http")
    }
}
