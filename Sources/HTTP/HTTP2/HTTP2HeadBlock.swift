internal import Bytes

/// A header block on its way to a head: its fields are written as HTTP/1 writes them, and where each
/// lies is marked, so that `HTTP2Head` need not look for them; a note tells of the pseudo fields.
///
/// The library has checked what is HTTP/2's own, and what a name and a value may hold: pseudo fields,
/// letters of names, bytes of values, fields of the connection (RFC 9113 §8.2.1, §8.3.1). Cookies are
/// joined (§8.2.3).
struct HTTP2HeadBlock: ~Copyable {
    /// What the block is.
    enum Kind { case request, response, trailers }

    private(set) var stream = Handle.none
    private(set) var kind = Kind.request
    /// Why no message can begin with it.
    private(set) var fault: HeadFault?
    /// So much that it is not meant to be understood.
    private(set) var isBomb = false
    /// Where its text begins in the texts.
    var start = 0
    private(set) var note = HTTP2HeadNote()

    private var limits = HeadLimits()
    /// What the header list may have.
    private var bytesMax = 0
    private var fieldsMax = 0
    private var allowsUnderscores = false
    /// Bytes and fields of the header list (RFC 9113 §6.5.2).
    private var listBytes = 0
    private var fieldCount = 0
    /// Of trailers: one more than the number of their `grpc-status`, 255 when that is none; 0
    /// without it.
    private(set) var callStatus: UInt32 = 0
    /// The pseudo fields are over, and were looked at.
    private var isPastPseudo = false
    private var hasLength = false
    private var hasStatus = false
    private var scheme = Slice.empty
    private var spoken = Slice.empty
    private var cookies = Buffer()
    /// The block is a request's head or its trailers.
    private var isRequest = false

    /// Begins a block whose text goes to the end of `texts`.
    mutating func begin(_ stream: Handle, _ kind: Kind, at start: Int, _ limits: HeadLimits) {
        self.stream = stream
        self.kind = kind
        self.limits = limits
        hold()
        // An upstream's names are its own affair, as in HTTP/1.
        allowsUnderscores = kind == .response || limits.allowsUnderscores
        isRequest = kind != .response
        self.start = start
        fault = nil
        isBomb = false
        listBytes = 0
        fieldCount = 0
        isPastPseudo = kind == .trailers
        hasLength = false
        hasStatus = false
        callStatus = 0
        note = HTTP2HeadNote()
        scheme = .empty
        spoken = .empty
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
        if fault != nil { return }
        if isPseudo { return notePseudo(name, value, to: &texts, from: &pool) }
        if !isPastPseudo {
            endPseudo(texts)
            if fault != nil { return }
        }
        write(name, value, to: &texts, &marks, from: &pool)
    }

    /// Sets what the list may have, by what the block is.
    private mutating func hold() {
        bytesMax = kind == .trailers ? limits.trailerBytes : limits.headBytes
        fieldsMax = kind == .trailers ? limits.trailerFields : limits.fields
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

    /// All fields are there: writes what is still to be written.
    mutating func finish(
        isEnd: Bool, to texts: inout Buffer, _ marks: inout FixedArray<Field>,
        from pool: inout ChunkPool
    ) {
        if fault == nil, !isPastPseudo { endPseudo(texts) }
        guard fault == nil else { return }
        if !cookies.isEmpty {
            // Taken out for the call, which changes the rest.
            var value = Buffer()
            swap(&value, &cookies)
            let name = ByteScan.bytes(of: "cookie")
            append(name, value.bytes, .cookie, to: &texts, &marks, from: &pool)
            swap(&value, &cookies)
        }
        if kind == .trailers { return }
        if note.isTunnel {
            // What HTTP/1 asks for by Upgrade.
            guard let place = place(of: 3, in: texts) else { return }
            note.method = Slice(start: place, count: 3)
            texts.reserve(3, from: &pool)
            texts.append("GET")
        }
        note.hasOpenBody =
            !isEnd && !hasLength && !note.isTunnel && (kind == .request || note.status >= 200)
    }

    // MARK: Pseudo fields

    private mutating func notePseudo(
        _ name: Span<UInt8>, _ value: Span<UInt8>, to texts: inout Buffer,
        from pool: inout ChunkPool
    ) {
        if kind == .trailers { return }
        let isStatus = name.count == 7 && name[2] == UInt8(ascii: "t")
        if isStatus {
            hasStatus = true
            note.status = UInt16(Decimal.parse(value, max: 999) ?? 0)
            return
        }
        guard let place = place(of: value.count, in: texts) else { return }
        let slice = Slice(start: place, count: value.count)
        texts.append(value, from: &pool)
        switch name.count {
        case 5: note.path = slice
        case 9: spoken = slice
        case 10:
            note.authority = slice
            note.hasAuthority = true
        default:
            if name[1] == UInt8(ascii: "m") { note.method = slice } else { scheme = slice }
        }
    }

    private mutating func endPseudo(_ texts: borrowing Buffer) {
        isPastPseudo = true
        if kind == .response {
            guard hasStatus else {
                // What follows a response's body says no status.
                kind = .trailers
                return hold()
            }
            if note.status < 100 { fault = .badStatusLine }
            return
        }
        note.isTunnel = !spoken.isEmpty
        fault = pseudoFault(texts.bytes.extracting(droppingFirst: start))
    }

    private func pseudoFault(_ text: Span<UInt8>) -> HeadFault? {
        let isConnect = ByteScan.equal(text.extracting(note.method.range), "CONNECT")
        if note.isTunnel {
            guard isConnect, ByteScan.equal(text.extracting(spoken.range), "websocket") else {
                return .unknownProtocol
            }
        } else if isConnect {
            return .connectMethod
        }
        let scheme = text.extracting(scheme.range)
        let isKnown =
            ByteScan.equal(scheme, ignoringCase: "https")
            || ByteScan.equal(scheme, ignoringCase: "http")
        if !isKnown { return .unknownScheme }
        // One line of HTTP/1 ends where a blank is.
        let path = text.extracting(note.path.range)
        guard !path.isEmpty, ByteScan.endOfTarget(in: path, from: 0) == path.count else {
            let hasFragment = ByteScan.first(0x23, in: path, from: 0) < path.count
            return hasFragment ? .fragmentInTarget : .badTarget
        }
        return path[0] == 0x2f || (path[0] == 0x2a && path.count == 1) ? nil : .badTarget
    }

    // MARK: Fields

    @inline(__always)
    private mutating func write(
        _ name: Span<UInt8>, _ value: Span<UInt8>, to texts: inout Buffer,
        _ marks: inout FixedArray<Field>, from pool: inout ChunkPool
    ) {
        if kind == .trailers { return writeTrailer(name, value, to: &texts, from: &pool) }
        let known = FieldName(lowerCase: name)
        switch known {
        case .host, .cookie, .contentLength, .other:
            if !isPlain(known, name, value, texts, from: &pool) { return }
        default: break
        }
        append(name, value, known, to: &texts, &marks, from: &pool)
    }

    private mutating func writeTrailer(
        _ name: Span<UInt8>, _ value: Span<UInt8>, to texts: inout Buffer,
        from pool: inout ChunkPool
    ) {
        let known = FieldName(lowerCase: name)
        if TrailerName.isForbidden(name, known: known) { return }
        if known == .grpcStatus { callStatus = UInt32(Decimal.parse(value, max: 255) ?? 255) + 1 }
        if isRequest {
            fault = FieldLine.underscoreFault(name, allowsUnderscores)
            if fault != nil { return }
        }
        texts.reserve(name.count + value.count + 4, from: &pool)
        texts.append(field: name, value)
    }

    /// Whether a field of a head that may be one of ours to look at is written as it came.
    private mutating func isPlain(
        _ known: FieldName, _ name: Span<UInt8>, _ value: Span<UInt8>, _ texts: borrowing Buffer,
        from pool: inout ChunkPool
    ) -> Bool {
        switch known {
        case .host where kind == .request && note.hasAuthority:
            // RFC 9113 §8.3.1: one host, however it is said.
            let text = texts.bytes.extracting(droppingFirst: start)
            let authority = text.extracting(note.authority.range)
            if !ByteScan.equal(value, ignoringCase: authority) { fault = .badHost }
            return false
        case .cookie where kind == .request:
            // A crumb of nothing would leave a blank at the end.
            if value.isEmpty { return false }
            cookies.reserve(value.count + 2, from: &pool)
            if !cookies.isEmpty { cookies.append("; ") }
            cookies.append(value)
            return false
        case .contentLength:
            hasLength = true
        case .other:
            fault = FieldLine.underscoreFault(name, allowsUnderscores)
        default:
            break
        }
        return fault == nil
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
        if kind != .trailers {
            // What a head may be is looked at before.
            guard !marks.isFull else { return fault = .tooManyFields }
            guard let place = place(of: name.count + value.count + 4, in: texts) else { return }
            marks.append(
                Field(
                    name: Slice(start: place, count: name.count),
                    value: Slice(start: place + name.count + 2, count: value.count), known: known))
        }
        texts.reserve(name.count + value.count + 4, from: &pool)
        texts.append(field: name, value)
    }
}
