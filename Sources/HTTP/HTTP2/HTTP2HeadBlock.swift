internal import Bytes

/// A header block on its way to a head: its fields are written as HTTP/1 writes them, and where each
/// lies is marked, so that `HTTP2Head` need not look for them; a note tells of the pseudo fields.
///
/// What HTTP/2 itself asks of a block is looked at here, in one pass with the rest: pseudo fields,
/// names, values, fields of the connection (RFC 9113 §8.2, §8.3). Cookies are joined (§8.2.3).
struct HTTP2HeadBlock: ~Copyable {
    /// What the block is.
    enum Kind { case request, response, trailers }

    private(set) var stream = Handle.none
    private(set) var kind = Kind.request
    /// It is no message's (RFC 9113 §8.1.1): its stream is reset.
    private(set) var isMalformed = false
    /// Why no message that we take can begin with it.
    private(set) var fault: HeadFault?
    /// So much that it is not meant to be understood.
    private(set) var isBomb = false
    /// Where its text begins in the texts.
    var start = 0
    private(set) var note = HTTP2HeadNote()
    /// Content-Length; -1 without.
    private(set) var length: Int64 = -1
    private(set) var priority: HTTP2Priority?
    /// Of trailers: one more than the number of their `grpc-status`, 255 when that is none; 0
    /// without it.
    private(set) var callStatus: UInt32 = 0

    private var limits = HeadLimits()
    /// What the header list may have.
    private var bytesMax = 0
    private var fieldsMax = 0
    private var allowsUnderscores = false
    /// Bytes and fields of the header list (RFC 9113 §6.5.2).
    private var listBytes = 0
    private var fieldCount = 0
    private var pseudo = HTTP2Pseudo()
    private var hasHost = false
    private var cookies = Buffer()
    /// The block is a request's head or its trailers.
    private var isRequest = false

    /// Begins a block whose text goes to the end of `texts`; `isRequest` says that it comes from
    /// a client.
    mutating func begin(
        _ stream: Handle, _ kind: Kind, isRequest: Bool, at start: Int, _ limits: HeadLimits
    ) {
        self.stream = stream
        self.kind = kind
        self.isRequest = isRequest
        self.limits = limits
        self.start = start
        bytesMax = kind == .trailers ? limits.trailerBytes : limits.headBytes
        fieldsMax = kind == .trailers ? limits.trailerFields : limits.fields
        // An upstream's names are its own affair, as in HTTP/1.
        allowsUnderscores = !isRequest || limits.allowsUnderscores
        isMalformed = false
        fault = nil
        isBomb = false
        note = HTTP2HeadNote()
        length = -1
        priority = nil
        callStatus = 0
        listBytes = 0
        fieldCount = 0
        pseudo = HTTP2Pseudo()
        hasHost = false
    }

    /// Is over: keeps nothing of it.
    mutating func end(givingTo pool: inout ChunkPool) {
        stream = .none
        cookies.release(to: &pool)
    }

    /// Takes in a field as it comes.
    @inline(__always)
    mutating func add(
        _ name: Span<UInt8>, _ value: Span<UInt8>, to texts: inout Buffer,
        _ marks: inout FixedArray<Field>, from pool: inout ChunkPool
    ) {
        listBytes &+= name.count &+ value.count &+ 32
        let isPseudo = !name.isEmpty && name[0] == 0x3a
        if !isPseudo { fieldCount &+= 1 }
        if listBytes > bytesMax || fieldCount > fieldsMax { refuseExcess() }
        if isMalformed || fault != nil { return }
        if isPseudo { return addPseudo(name, value, to: &texts, from: &pool) }
        guard ByteScan.isFieldValue(value), !value.isPadded else {
            return isMalformed = true
        }
        if kind == .trailers { return addTrailer(name, value, to: &texts, from: &pool) }
        let known = FieldName(lowerCase: name)
        if !known.isPlain, !isToPass(known, name, value, texts, from: &pool) { return }
        append(name, value, known, to: &texts, &marks, from: &pool)
    }

    /// The list has more than it may have.
    private mutating func refuseExcess() {
        if listBytes > HTTP2Limits.bombFactor * limits.headBytes { isBomb = true }
        if listBytes > bytesMax {
            fault = kind == .trailers ? .trailersTooLarge : .headTooLarge
        } else {
            fault = kind == .trailers ? .tooManyTrailers : .tooManyFields
        }
    }

    /// All fields are there: looks at the whole, and writes what is still to be written.
    mutating func finish(
        isEnd: Bool, to texts: inout Buffer, _ marks: inout FixedArray<Field>,
        from pool: inout ChunkPool
    ) {
        // Whatever else is wrong with them: behind trailers comes nothing (RFC 9113 §8.1).
        if kind == .trailers, !isEnd { isMalformed = true }
        if isMalformed || fault != nil { return }
        switch kind {
        case .trailers: return
        case .request: finishRequest(texts.bytes.extracting(droppingFirst: start))
        case .response: finishResponse(isEnd: isEnd)
        }
        if isMalformed || fault != nil { return }
        if !cookies.isEmpty {
            // Taken out for the call, which changes the rest.
            var value = Buffer()
            swap(&value, &cookies)
            let name = ByteScan.bytes(of: "cookie")
            append(name, value.bytes, .cookie, to: &texts, &marks, from: &pool)
            swap(&value, &cookies)
        }
        if note.isTunnel {
            // What HTTP/1 asks for by Upgrade.
            guard let place = place(of: 3, in: texts) else { return }
            note.method = Slice(start: place, count: 3)
            texts.reserve(3, from: &pool)
            texts.append("GET")
        }
        note.hasOpenBody = !isEnd && length < 0 && !note.isTunnel && !isInterim
    }

    /// Where the request's method lies in its text, as far as that came; empty without one.
    var method: Slice { pseudo.method }

    /// The block is an answer's before the final one.
    var isInterim: Bool { kind == .response && note.status < 200 }

    // MARK: Pseudo fields

    private mutating func addPseudo(
        _ name: Span<UInt8>, _ value: Span<UInt8>, to texts: inout Buffer,
        from pool: inout ChunkPool
    ) {
        // Before all others, and none that is not known (RFC 9113 §8.3).
        guard kind != .trailers, fieldCount == 0,
            let which = HTTP2Pseudo.Name(name, isResponse: kind == .response),
            pseudo.take(which), !value.isEmpty, ByteScan.isVisible(value)
        else { return isMalformed = true }
        if which == .status {
            let status = value.count == 3 ? Decimal.parse(value, max: 999) : nil
            pseudo.status = UInt16(status ?? 0)
            return
        }
        guard let place = place(of: value.count, in: texts) else { return }
        pseudo.place(which, Slice(start: place, count: value.count))
        texts.append(value, from: &pool)
    }

    private mutating func finishResponse(isEnd: Bool) {
        note.status = pseudo.status
        // RFC 9113 §8.6: no 101; an interim head does not end its stream.
        isMalformed =
            note.status < 100 || note.status == 101 || isInterim && (isEnd || length >= 0)
    }

    private mutating func finishRequest(_ text: Span<UInt8>) {
        guard pseudo.makeRequest(in: text, hasHost: hasHost) else { return isMalformed = true }
        note.method = pseudo.method
        note.path = pseudo.path
        note.authority = pseudo.authority
        note.hasAuthority = pseudo.has(.authority)
        note.isTunnel = pseudo.has(.spoken)
        fault = requestFault(text)
    }

    private func requestFault(_ text: Span<UInt8>) -> HeadFault? {
        if note.isTunnel {
            let isKnown = ByteScan.equal(text.extracting(pseudo.spoken.range), "websocket")
            if !isKnown { return .unknownProtocol }
        } else if ByteScan.equal(text.extracting(pseudo.method.range), "CONNECT") {
            return .connectMethod
        }
        if !HTTP2Pseudo.isHTTP(text.extracting(pseudo.scheme.range)) { return .unknownScheme }
        let path = text.extracting(note.path.range)
        if ByteScan.endOfTarget(in: path, from: 0) == path.count { return nil }
        let hasFragment = ByteScan.first(0x23, in: path, from: 0) < path.count
        return hasFragment ? .fragmentInTarget : .badTarget
    }

    // MARK: Fields

    private mutating func addTrailer(
        _ name: Span<UInt8>, _ value: Span<UInt8>, to texts: inout Buffer,
        from pool: inout ChunkPool
    ) {
        let known = FieldName(lowerCase: name)
        guard known != .other || name.isFieldNameInLowerCase, !known.isOfConnection else {
            return isMalformed = true
        }
        if TrailerName.isForbidden(name, known: known) { return }
        if known == .grpcStatus { callStatus = UInt32(Decimal.parse(value, max: 255) ?? 255) + 1 }
        if isRequest {
            fault = FieldLine.underscoreFault(name, allowsUnderscores)
            if fault != nil { return }
        }
        texts.reserve(name.count + value.count + 4, from: &pool)
        texts.append(field: name, value)
    }

    /// Whether a field of a head that is not plain is to be written as it came.
    private mutating func isToPass(
        _ known: FieldName, _ name: Span<UInt8>, _ value: Span<UInt8>, _ texts: borrowing Buffer,
        from pool: inout ChunkPool
    ) -> Bool {
        switch known {
        case .other:
            isMalformed = !name.isFieldNameInLowerCase
            fault = FieldLine.underscoreFault(name, allowsUnderscores)
        case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade:
            isMalformed = true
        case .te:
            isMalformed = !ByteScan.equal(value, ignoringCase: "trailers")
        case .priority where isRequest:
            priority = HTTP2Priority(value)
        case .contentLength:
            return noteLength(value)
        case .host where kind == .request:
            return noteHost(value, texts)
        case .cookie where kind == .request:
            // A crumb of nothing would leave a blank at the end.
            if value.isEmpty { return false }
            cookies.reserve(value.count + 2, from: &pool)
            if !cookies.isEmpty { cookies.append("; ") }
            cookies.append(value)
            return false
        default:
            break
        }
        return !isMalformed && fault == nil
    }

    /// RFC 9113 §8.3.1: one host, however it is said.
    private mutating func noteHost(_ value: Span<UInt8>, _ texts: borrowing Buffer) -> Bool {
        guard !hasHost, !value.isEmpty else {
            isMalformed = true
            return false
        }
        hasHost = true
        if !pseudo.has(.authority) { return true }
        let text = texts.bytes.extracting(droppingFirst: start)
        let authority = text.extracting(pseudo.authority.range)
        if !ByteScan.equal(value, ignoringCase: authority) { fault = .badHost }
        return false
    }

    private mutating func noteLength(_ value: Span<UInt8>) -> Bool {
        guard length < 0, let found = Decimal.parse(value, max: UInt64(Int64.max)) else {
            isMalformed = true
            return false
        }
        length = Int64(found)
        // RFC 9110 §8.6: not with 204; none is the same as no bytes.
        if kind == .response, pseudo.status == 204 {
            isMalformed = length > 0
            return false
        }
        return true
    }

    /// Where so many bytes more come to lie in the head's text; a mark has sixteen bits for it.
    private mutating func place(of count: Int, in texts: borrowing Buffer) -> Int? {
        let place = texts.count - start
        if place + count <= Int(UInt16.max) { return place }
        fault = .headTooLarge
        return nil
    }

    /// Writes a field and marks where it lies.
    @inline(__always)
    private mutating func append(
        _ name: Span<UInt8>, _ value: Span<UInt8>, _ known: FieldName, to texts: inout Buffer,
        _ marks: inout FixedArray<Field>, from pool: inout ChunkPool
    ) {
        // What a head may be is looked at before.
        guard !marks.isFull else { return fault = .tooManyFields }
        guard let place = place(of: name.count + value.count + 4, in: texts) else { return }
        marks.append(
            Field(
                name: Slice(start: place, count: name.count),
                value: Slice(start: place + name.count + 2, count: value.count), known: known))
        texts.reserve(name.count + value.count + 4, from: &pool)
        texts.append(field: name, value)
    }
}

extension FieldName {
    /// Nothing has to be looked at when it comes over HTTP/2.
    fileprivate var isPlain: Bool {
        switch self {
        case .other, .host, .cookie, .contentLength, .te, .priority, .connection, .keepAlive,
            .proxyConnection, .transferEncoding, .upgrade:
            false
        default: true
        }
    }

    /// HTTP/2 has no such field (RFC 9113 §8.2.2).
    fileprivate var isOfConnection: Bool {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade: true
        default: false
        }
    }
}

extension Span<UInt8> {
    /// A value may neither begin nor end with a blank (RFC 9113 §8.2.1).
    @inline(__always)
    fileprivate var isPadded: Bool {
        !isEmpty && (ASCII.isBlank(self[0]) || ASCII.isBlank(self[count - 1]))
    }

    /// Whether a name is a token without capitals (RFC 9113 §8.2.1).
    fileprivate var isFieldNameInLowerCase: Bool {
        !isEmpty && ByteScan.endOfToken(in: self, from: 0) == count && ByteScan.isLowerCase(self)
    }
}
