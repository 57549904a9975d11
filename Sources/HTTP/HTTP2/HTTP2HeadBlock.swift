internal import Bytes

/// A header block on its way to a head: the fields that came are written as HTTP/1 writes them,
/// and the one parser of heads reads that.
///
/// So every rule for heads is the same for both protocols (RFC 9113 §8.2.1, §8.3.1). The library
/// has checked what is HTTP/2's own: pseudo fields, letters of names, bytes of values, fields of the
/// connection. Cookies are joined (§8.2.3); a body without a length becomes `chunked`.
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

    /// Begins a block whose text goes to the end of `texts`.
    mutating func begin(_ stream: Handle, _ kind: Kind, at start: Int) {
        self.stream = stream
        self.kind = kind
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
        from pool: inout ChunkPool, limits: HeadLimits
    ) {
        let isPseudo = !name.isEmpty && name[0] == 0x3a
        listBytes += name.count + value.count + 32
        if !isPseudo { fieldCount += 1 }
        let isTrailer = kind == .trailers
        if listBytes > HTTP2Limits.bombFactor * limits.headBytes { isBomb = true }
        if listBytes > (isTrailer ? limits.trailerBytes : limits.headBytes) {
            fault = isTrailer ? .trailersTooLarge : .headTooLarge
        } else if fieldCount > (isTrailer ? limits.trailerFields : limits.fields) {
            fault = isTrailer ? .tooManyTrailers : .tooManyFields
        }
        if fault != nil { return }
        if isPseudo { return note(pseudo: name, value, &pool) }
        if !hasStartLine { writeStartLine(to: &texts, from: &pool) }
        if fault == nil { write(name, value, to: &texts, from: &pool) }
    }

    /// All fields are there: writes what is still to be written.
    mutating func finish(isEnd: Bool, to texts: inout Buffer, from pool: inout ChunkPool) {
        if fault == nil, !hasStartLine { writeStartLine(to: &texts, from: &pool) }
        guard fault == nil else { return }
        if !cookies.isEmpty {
            texts.reserve(cookies.count + 16, from: &pool)
            texts.append("cookie: ")
            texts.append(cookies)
            texts.append("\r\n")
        }
        if kind == .trailers { return }
        texts.reserve(64, from: &pool)
        if !isEnd, !hasLength, !isTunnel, kind == .request || status >= 200 {
            texts.append("transfer-encoding: chunked\r\n")
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

    private mutating func writeStartLine(to texts: inout Buffer, from pool: inout ChunkPool) {
        hasStartLine = true
        texts.reserve(pseudo.count + 128, from: &pool)
        if kind == .response {
            guard hasStatus else {
                // What follows a response's body says no status.
                kind = .trailers
                return
            }
            if status < 100 { fault = .badStatusLine }
            texts.append("HTTP/1.1 ")
            texts.append(decimal: UInt64(status))
            texts.append(" \r\n")
            return
        }
        fault = pseudoFault
        guard fault == nil else { return }
        // RFC 8441 §4: what HTTP/1 asks for by Upgrade.
        isTunnel = !spoken.isEmpty
        let bytes = pseudo.bytes
        if isTunnel {
            texts.append("GET")
        } else {
            texts.append(bytes.extracting(method))
        }
        texts.append(0x20)
        texts.append(bytes.extracting(path))
        texts.append(" HTTP/1.1\r\n")
        if hasAuthority { texts.append(field: "host", bytes.extracting(authority)) }
        if isTunnel { texts.append("connection: upgrade\r\nupgrade: websocket\r\n") }
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
        from pool: inout ChunkPool
    ) {
        if kind == .trailers, TrailerName.isForbidden(name) { return }
        switch name.count {
        case 4 where kind == .request && ByteScan.equal(name, "host"):
            // RFC 9113 §8.3.1: one host, however it is said.
            if hasAuthority {
                let isSame = ByteScan.equal(
                    value, ignoringCase: pseudo.bytes.extracting(authority))
                if !isSame { fault = .badHost }
                return
            }
        case 6 where kind == .request && ByteScan.equal(name, "cookie"):
            cookies.reserve(value.count + 2, from: &pool)
            if !cookies.isEmpty { cookies.append("; ") }
            cookies.append(value)
            return
        case 14 where ByteScan.equal(name, "content-length"):
            hasLength = true
        default:
            break
        }
        texts.reserve(name.count + value.count + 4, from: &pool)
        texts.append(field: name, value)
    }
}
