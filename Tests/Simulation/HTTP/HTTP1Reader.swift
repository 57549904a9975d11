import TestSupport

/// Reads messages of HTTP/1 from bytes as they come, strictly.
package struct HTTP1Reader {
    /// What was read.
    package enum Event {
        case head(HTTP1Head)
        case body([UInt8])
        case end(trailers: [FieldLine])
        /// Not HTTP, with what is wrong.
        case broken(String)
    }

    private enum Place {
        case head
        case length(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailers
        case untilClose
        case broken
    }

    private var waiting: [UInt8] = []
    private var at = 0
    /// Bytes behind `at` in which no head ends.
    private var searched = 0
    private var place = Place.head
    private var trailers: [FieldLine] = []
    /// Says for a response's head whether no body follows, as for an answer to HEAD.
    package var hasNoBody: (HTTP1Head) -> Bool = { _ in false }
    private let isResponse: Bool

    package init(isResponse: Bool) { self.isResponse = isResponse }

    package mutating func add(_ bytes: [UInt8]) {
        if at == waiting.count {
            waiting = bytes
        } else {
            waiting = Array(waiting[at...]) + bytes
        }
        at = 0
    }

    /// The next that was read, nil when more bytes are needed.
    package mutating func next() -> Event? {
        while true {
            switch place {
            case .head:
                guard at < waiting.count, let end = headEnd() else { return nil }
                return takeHead(upTo: end)
            case .length(let left):
                guard left > 0 else { return finish() }
                guard let piece = take(left) else { return nil }
                place = .length(left - piece.count)
                return .body(piece)
            case .chunk(let left):
                guard left > 0 else {
                    place = .chunkEnd
                    continue
                }
                guard let piece = take(left) else { return nil }
                place = .chunk(left - piece.count)
                return .body(piece)
            case .untilClose:
                return take(waiting.count).map { .body($0) }
            case .chunkSize:
                guard let line = takeLine() else { return nil }
                guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else {
                    return fail("chunk size \(line)")
                }
                place = size == 0 ? .trailers : .chunk(size)
            case .chunkEnd:
                guard let line = takeLine() else { return nil }
                if !line.isEmpty { return fail("behind a chunk: \(line)") }
                place = .chunkSize
            case .trailers:
                guard let line = takeLine() else { return nil }
                if line.isEmpty { return finish() }
                guard let field = HTTP1Head.field(line) else { return fail("trailer \(line)") }
                trailers.append(field)
            case .broken:
                return nil
            }
        }
    }

    /// A request for a tunnel is refused: another one may follow it.
    package mutating func refuseTunnel() { place = .head }

    /// The connection ended: whether that ends a message well.
    package mutating func end() -> Event? {
        guard case .untilClose = place else { return nil }
        return finish()
    }

    private mutating func finish() -> Event {
        place = .head
        defer { trailers = [] }
        return .end(trailers: trailers)
    }

    private mutating func fail(_ text: String) -> Event {
        place = .broken
        return .broken(text)
    }

    private mutating func take(_ most: Int) -> [UInt8]? {
        guard at < waiting.count else { return nil }
        let piece = Array(waiting[at..<min(waiting.count, at + most)])
        at += piece.count
        return piece
    }

    private mutating func takeLine() -> String? {
        var end = at
        while end < waiting.count, waiting[end] != 0x0a { end += 1 }
        guard end < waiting.count else { return nil }
        let line = String(decoding: waiting[at..<end], as: UTF8.self)
        at = end + 1
        return line.hasSuffix("\r") ? String(line.dropLast()) : line
    }

    private mutating func headEnd() -> Int? {
        var index = at + max(3, searched)
        while index < waiting.count {
            if waiting[index] == 0x0a, waiting[index - 1] == 0x0d, waiting[index - 2] == 0x0a {
                return index + 1
            }
            index += 1
        }
        searched = waiting.count - at
        return nil
    }

    private mutating func takeHead(upTo end: Int) -> Event {
        guard let head = HTTP1Head(Array(waiting[at..<end])) else {
            return fail("head \(String(decoding: waiting[at..<end], as: UTF8.self))")
        }
        at = end
        searched = 0
        if isResponse ? head.status == 101 : head["upgrade"] != nil {
            place = .untilClose
            return .head(head)
        }
        if isResponse, head.status < 200 { return .head(head) }
        let isChunked = head["transfer-encoding"] == "chunked"
        if isResponse, hasNoBody(head) {
            place = .length(0)
        } else if let text = head["content-length"] {
            guard let count = Int(text), !isChunked else { return fail("length \(text)") }
            place = .length(count)
        } else if isChunked {
            place = .chunkSize
        } else {
            place = isResponse ? .untilClose : .length(0)
        }
        return .head(head)
    }
}
