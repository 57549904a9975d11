internal import Bytes

/// What the fields of one head say about framing, connection and host, gathered field by field
/// and settled once all are there.
struct HeadFacts: BitwiseCopyable, Sendable {
    private let isRequest: Bool
    private var contentLength: UInt64?
    private var hasTransferEncoding = false
    private var hasHost = false
    private var closes = false
    private var keepsAlive = false
    /// Connection lists `upgrade`.
    private var upgrades = false
    /// Upgrade lists `websocket`.
    private var offersWebSocket = false
    private var expectsContinue = false
    /// Names that Connection lists besides the options above.
    private var namedFields = 0

    init(isRequest: Bool) { self.isRequest = isRequest }

    // MARK: Gathering

    /// Takes in what HTTP/2 says in other ways than by fields (RFC 9113 §8.3.1, RFC 8441 §4).
    mutating func take(
        _ note: HTTP2HeadNote, in bytes: Span<UInt8>, of head: inout Head
    ) -> HeadFault? {
        hasTransferEncoding = note.hasOpenBody
        upgrades = note.isTunnel
        offersWebSocket = note.isTunnel
        return note.hasAuthority ? noteHost(note.authority, in: bytes, of: &head) : nil
    }

    /// Takes in one field, and marks it as dropped when it is not to be forwarded as it came.
    mutating func note(
        _ field: inout Field, in bytes: Span<UInt8>, of head: inout Head
    ) -> HeadFault? {
        switch field.known {
        case .other:
            return nil
        case .host where isRequest:
            field.isDropped = true
            return noteHost(field.value, in: bytes, of: &head)
        case .expect where isRequest:
            return noteExpect(field.value, in: bytes)
        case .contentLength:
            field.isDropped = true
            return noteContentLength(field.value, in: bytes)
        case .transferEncoding:
            field.isDropped = true
            return noteTransferEncoding(field.value, in: bytes)
        case .connection:
            field.isDropped = true
            return noteConnection(field.value, in: bytes)
        case .upgrade:
            field.isDropped = true
            noteUpgrade(field.value, in: bytes)
        case .te:
            field.isDropped = true
            noteTE(field.value, in: bytes, of: &head)
        case .keepAlive, .proxyConnection, .proxyAuthenticate, .proxyAuthorization,
            .http2Settings:
            field.isDropped = true
        default:
            break
        }
        return nil
    }

    /// RFC 9112 §3.2: one Host and a valid one; a target in absolute form wins over it.
    private mutating func noteHost(
        _ value: Slice, in bytes: Span<UInt8>, of head: inout Head
    ) -> HeadFault? {
        if hasHost { return .duplicateHost }
        hasHost = true
        guard let host = Authority.host(in: bytes, at: value.range) else { return .badHost }
        if head.authority.isEmpty {
            head.authority = value
            head.host = Slice(start: host.lowerBound, count: host.count)
        }
        return nil
    }

    /// RFC 9110 §10.1.1.
    private mutating func noteExpect(_ value: Slice, in bytes: Span<UInt8>) -> HeadFault? {
        guard ByteScan.equal(bytes.extracting(value.range), ignoringCase: "100-continue") else {
            return .unknownExpectation
        }
        expectsContinue = true
        return nil
    }

    /// RFC 9112 §6.3 lets equal lengths be folded into one; we refuse any second one.
    private mutating func noteContentLength(
        _ value: Slice, in bytes: Span<UInt8>
    ) -> HeadFault? {
        if contentLength != nil { return .duplicateContentLength }
        guard let length = Decimal.parse(bytes.extracting(value.range)) else {
            return .badContentLength
        }
        contentLength = length
        return nil
    }

    /// RFC 9112 §6.1: `chunked`, once and alone; a single other coding is one we do not know.
    private mutating func noteTransferEncoding(
        _ value: Slice, in bytes: Span<UInt8>
    ) -> HeadFault? {
        if hasTransferEncoding { return .duplicateTransferEncoding }
        hasTransferEncoding = true
        let coding = bytes.extracting(value.range)
        if ByteScan.equal(coding, ignoringCase: "chunked") { return nil }
        let isToken = !coding.isEmpty && ByteScan.endOfToken(in: coding, from: 0) == coding.count
        return isToken ? .unknownTransferCoding : .badTransferEncoding
    }

    /// RFC 9110 §7.6.1.
    private mutating func noteConnection(_ value: Slice, in bytes: Span<UInt8>) -> HeadFault? {
        var list = ListCursor(value.range)
        while let range = list.next(in: bytes) {
            let option = bytes.extracting(range)
            if ByteScan.equal(option, ignoringCase: "close") {
                closes = true
            } else if ByteScan.equal(option, ignoringCase: "keep-alive") {
                keepsAlive = true
            } else if ByteScan.equal(option, ignoringCase: "upgrade") {
                upgrades = true
            } else {
                namedFields += 1
                if namedFields > HopByHop.namesMax { return .tooManyConnectionOptions }
            }
        }
        return nil
    }

    private mutating func noteUpgrade(_ value: Slice, in bytes: Span<UInt8>) {
        var list = ListCursor(value.range)
        while let name = list.next(in: bytes) {
            if ByteScan.equal(bytes.extracting(name), ignoringCase: "websocket") {
                offersWebSocket = true
            }
        }
    }

    private func noteTE(_ value: Slice, in bytes: Span<UInt8>, of head: inout Head) {
        var list = ListCursor(value.range)
        while let coding = list.next(in: bytes) {
            if ByteScan.equal(bytes.extracting(coding), ignoringCase: "trailers") {
                head.acceptsTrailers = true
            }
        }
    }

    // MARK: Settling

    /// Decides framing and connection of a request whose fields have all been noted.
    func settle(request head: inout Head, in bytes: Span<UInt8>) -> HeadFault? {
        if head.version >= 1 && !hasHost { return .missingHost }
        if let fault = settleFraming(of: &head) { return fault }
        var hasBody = hasTransferEncoding
        if let contentLength, contentLength > 0 { hasBody = true }
        if head.method == .trace && hasBody { return .bodyInTrace }
        if upgrades && offersWebSocket && head.version == 1 && head.method == .get {
            if hasBody { return .bodyInUpgrade }
            head.framing = .none
            head.upgradesToWebSocket = true
        }
        // RFC 9110 §10.1.1: ignored from HTTP/1.0, and without a body there is nothing to wait for.
        // Who forwards the expectation writes it anew, once.
        head.expectsContinue = expectsContinue && hasBody && head.version >= 1
        if expectsContinue { drop(.expect, in: &head) }
        settleConnection(of: &head, in: bytes)
        return nil
    }

    /// Decides framing and connection of a response to a request with that method.
    func settle(
        response head: inout Head, answering method: Method, in bytes: Span<UInt8>
    ) -> HeadFault? {
        if let fault = settleFraming(of: &head) { return fault }
        settleConnection(of: &head, in: bytes)
        switch head.status {
        case 100..<200, 204, 304:
            head.framing = .none
        default:
            if method == .head {
                head.framing = .none
            } else if head.framing == .none {
                head.framing = .untilClose
                head.keepsAlive = false
            }
        }
        if head.status == 101 {
            head.keepsAlive = false
            head.upgradesToWebSocket = upgrades && offersWebSocket
        }
        return nil
    }

    /// RFC 9112 §6.3, without the leniency that it allows.
    private func settleFraming(of head: inout Head) -> HeadFault? {
        head.declaredLength = contentLength
        if hasTransferEncoding {
            if contentLength != nil { return .contentLengthAndTransferEncoding }
            if head.version == 0 { return .transferEncodingInHTTP10 }
            head.framing = .chunked
        } else if let contentLength {
            head.framing = .length(contentLength)
        }
        return nil
    }

    private func settleConnection(of head: inout Head, in bytes: Span<UInt8>) {
        head.keepsAlive = !closes && (head.version >= 1 || keepsAlive)
        if namedFields > 0 { HopByHop.dropNamed(in: &head, of: bytes) }
    }

    private func drop(_ name: FieldName, in head: inout Head) {
        for index in 0..<head.fields.count where head.fields[index].known == name {
            head.fields[index].isDropped = true
        }
    }
}
