internal import Bytes

/// A header block on its way to a head: the fields that came are written as HTTP/1 writes them,
/// and where each lies is marked, so that `HTTP2Head` need not look for them.
///
/// The library has checked what is HTTP/2's own, and what a name and a value may hold: pseudo fields,
/// letters of names, bytes of values, fields of the connection (RFC 9113 §8.2.1, §8.3.1). Cookies are
/// joined (§8.2.3); a body without a length becomes `chunked`.
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

    private var limits = HeadLimits()
    /// What the header list may have.
    private var bytesMax = 0
    private var fieldsMax = 0
    private var allowsUnderscores = false
    /// Bytes and fields of the header list (RFC 9113 §6.5.2).
    private var listBytes = 0
    private var fieldCount = 0
    private var hasStartLine = false
    private var hasLength = false
    private var isTunnel = false
    private var status: UInt16 = 0
    private var hasStatus = false

    /// The values of the pseudo fields, one after the other, and where each lies.
    private var pseudo = Buffer()
    private var method = 0..<0
    private var path = 0..<0
    private var scheme = 0..<0
    private var authority = 0..<0
    private var hasAuthority = false
    private var spoken = 0..<0
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
        hasStartLine = kind == .trailers
        hasLength = false
        isTunnel = false
        status = 0
        hasStatus = false
        method = 0..<0
        path = 0..<0
        scheme = 0..<0
        authority = 0..<0
        hasAuthority = false
        spoken = 0..<0
    }

    /// Is over: keeps nothing of it.
    mutating func end(givingTo pool: inout ChunkPool) {
        stream = .none
        pseudo.release(to: &pool)
        cookies.release(to: &pool)
    }

    /// Takes in a field as it comes.
    mutating func add(
        _ name: Span<UInt8>, _ value: Span<UInt8>, to texts: inout Buffer,
        _ marks: inout FixedArray<Field>, from pool: inout ChunkPool
    ) {
        listBytes &+= name.count &+ value.count &+ 32
        let isPseudo = !name.isEmpty && name[0] == 0x3a
        if !isPseudo { fieldCount &+= 1 }
        if listBytes > bytesMax || fieldCount > fieldsMax { refuseExcess() }
        if isPseudo {
            if fault == nil { note(pseudo: name, value, &pool) }
            return
        }
        if !hasStartLine, fault == nil { writeStartLine(to: &texts, &marks, from: &pool) }
        if fault == nil { write(name, value, to: &texts, &marks, from: &pool) }
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
        if fault == nil, !hasStartLine { writeStartLine(to: &texts, &marks, from: &pool) }
        guard fault == nil else { return }
        if !cookies.isEmpty {
            texts.reserve(cookies.count + 16, from: &pool)
            // Taken out for the call, which changes the rest.
            var value = Buffer()
            swap(&value, &cookies)
            let name = ByteScan.bytes(of: "cookie")
            append(name, value.bytes, .cookie, to: &texts, &marks)
            swap(&value, &cookies)
        }
        if kind == .trailers { return }
        texts.reserve(64, from: &pool)
        if !isEnd, !hasLength, !isTunnel, kind == .request || status >= 200 {
            append("transfer-encoding", "chunked", .transferEncoding, to: &texts, &marks)
        }
        texts.append("\r\n")
    }

    // MARK: Pseudo fields

    private mutating func note(
        pseudo name: Span<UInt8>, _ value: Span<UInt8>, _ pool: inout ChunkPool
    ) {
        let start = pseudo.count
        pseudo.append(value, from: &pool)
        let range = start..<start + value.count
        switch name.count {
        case 5: path = range
        case 9: spoken = range
        case 10:
            authority = range
            hasAuthority = true
        default:
            switch name[1] {
            case UInt8(ascii: "m"): method = range
            case UInt8(ascii: "s") where name[2] == UInt8(ascii: "c"): scheme = range
            default:
                hasStatus = true
                status = UInt16(Decimal.parse(value, max: 999) ?? 0)
            }
        }
    }

    private mutating func writeStartLine(
        to texts: inout Buffer, _ marks: inout FixedArray<Field>, from pool: inout ChunkPool
    ) {
        hasStartLine = true
        texts.reserve(pseudo.count + 128, from: &pool)
        if kind == .response {
            guard hasStatus else {
                // What follows a response's body says no status.
                kind = .trailers
                hold()
                return
            }
            if status < 100 { fault = .badStatusLine }
            texts.append(status: max(status, 100), reason: Span())
            return
        }
        fault = pseudoFault
        guard fault == nil else { return }
        // RFC 8441 §4: what HTTP/1 asks for by Upgrade.
        isTunnel = !spoken.isEmpty
        if isTunnel {
            texts.append("GET")
        } else {
            texts.append(pseudo.bytes.extracting(method))
        }
        texts.append(0x20)
        texts.append(pseudo.bytes.extracting(path))
        texts.append(" HTTP/1.1\r\n")
        if hasAuthority {
            // Taken out for the call, which changes the rest.
            var values = Buffer()
            swap(&values, &pseudo)
            let name = ByteScan.bytes(of: "host")
            append(name, values.bytes.extracting(authority), .host, to: &texts, &marks)
            swap(&values, &pseudo)
        }
        if isTunnel {
            append("connection", "upgrade", .connection, to: &texts, &marks)
            append("upgrade", "websocket", .upgrade, to: &texts, &marks)
        }
    }

    private var pseudoFault: HeadFault? {
        let bytes = pseudo.bytes
        let isConnect = ByteScan.equal(bytes.extracting(method), "CONNECT")
        if !spoken.isEmpty {
            guard isConnect, ByteScan.equal(bytes.extracting(spoken), "websocket") else {
                return .unknownProtocol
            }
        } else if isConnect {
            return .connectMethod
        }
        let scheme = bytes.extracting(scheme)
        let isKnown =
            ByteScan.equal(scheme, ignoringCase: "https")
            || ByteScan.equal(scheme, ignoringCase: "http")
        if !isKnown { return .unknownScheme }
        // One line of HTTP/1 ends where a blank is.
        for index in path where bytes[index] <= 0x20 { return .badTarget }
        if path.isEmpty { return .badTarget }
        let first = bytes[path.lowerBound]
        return first == 0x2f || (first == 0x2a && path.count == 1) ? nil : .badTarget
    }

    // MARK: Fields

    private mutating func write(
        _ name: Span<UInt8>, _ value: Span<UInt8>, to texts: inout Buffer,
        _ marks: inout FixedArray<Field>, from pool: inout ChunkPool
    ) {
        if kind == .trailers {
            if TrailerName.isForbidden(name) { return }
            if isRequest {
                fault = FieldLine.underscoreFault(name, allowsUnderscores)
                if fault != nil { return }
            }
            texts.reserve(name.count + value.count + 4, from: &pool)
            return texts.append(field: name, value)
        }
        let known = FieldName(name)
        switch known {
        case .host where kind == .request:
            // RFC 9113 §8.3.1: one host, however it is said.
            if hasAuthority {
                let isSame = ByteScan.equal(
                    value, ignoringCase: pseudo.bytes.extracting(authority))
                if !isSame { fault = .badHost }
                return
            }
        case .cookie where kind == .request:
            // A crumb of nothing would leave a blank at the end.
            if value.isEmpty { return }
            cookies.reserve(value.count + 2, from: &pool)
            if !cookies.isEmpty { cookies.append("; ") }
            cookies.append(value)
            return
        case .contentLength:
            hasLength = true
        case .other:
            fault = FieldLine.underscoreFault(name, allowsUnderscores)
            if fault != nil { return }
        default:
            break
        }
        texts.reserve(name.count + value.count + 4, from: &pool)
        append(name, value, known, to: &texts, &marks)
    }

    private mutating func append(
        _ name: StaticString, _ value: StaticString, _ known: FieldName, to texts: inout Buffer,
        _ marks: inout FixedArray<Field>
    ) {
        append(
            ByteScan.bytes(of: name), ByteScan.bytes(of: value), known, to: &texts, &marks)
    }

    /// Writes a field into reserved room and marks where it lies.
    private mutating func append(
        _ name: Span<UInt8>, _ value: Span<UInt8>, _ known: FieldName, to texts: inout Buffer,
        _ marks: inout FixedArray<Field>
    ) {
        let place = texts.count - start
        if kind != .trailers {
            // What a head may be is looked at before; a mark has sixteen bits for each place.
            guard !marks.isFull else { return fault = .tooManyFields }
            guard place + name.count + value.count + 4 <= Int(UInt16.max) else {
                return fault = .headTooLarge
            }
            marks.append(
                Field(
                    name: Slice(start: place, count: name.count),
                    value: Slice(start: place + name.count + 2, count: value.count), known: known))
        }
        texts.append(field: name, value)
    }
}
