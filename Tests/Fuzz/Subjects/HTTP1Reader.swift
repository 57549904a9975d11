import Bytes
import HTTP

/// One side of a connection of HTTP/1: messages in a row, of bytes that come in pieces.
///
/// Keeps what a connection would keep: what was consumed is dropped.
struct HTTP1Reader {
    enum Event: Equatable {
        case head(String)
        case data([UInt8])
        case trailer(String)
        case end
        case refused(String)
        /// What a close says now; nil between messages.
        case closed(String?)
    }

    let isRequest: Bool
    let method: HTTP.Method
    let limits: HeadLimits

    private(set) var events: [Event] = []
    private var held: [UInt8] = []
    private var requests = RequestHeadParser()
    private var responses = ResponseHeadParser()
    private var body: BodyDecoder?
    private var isOver = false

    init(isRequest: Bool, method: HTTP.Method, limits: HeadLimits) {
        self.isRequest = isRequest
        self.method = method
        self.limits = limits
    }

    /// What the pieces come to, the close behind them included.
    mutating func read(_ pieces: [ArraySlice<UInt8>]) throws(Finding) -> [Event] {
        var head = Head()
        for piece in pieces where !isOver {
            held += piece
            var goesOn = true
            while goesOn && !isOver {
                goesOn = body == nil ? try readHead(&head) : try readBody()
            }
        }
        if !isOver { events.append(.closed(closing())) }
        return events
    }

    private func closing() -> String? {
        if let body { return "\(body.eventAtClose())" }
        if isRequest, requests.isIdle(waiting: held.count) { return nil }
        return held.isEmpty ? nil : "inside a head"
    }

    private mutating func readHead(_ head: inout Head) throws(Finding) -> Bool {
        let held = held
        let status =
            isRequest
            ? requests.parse(held.span, into: &head, limits: limits)
            : responses.parse(held.span, into: &head, answering: method, limits: limits)
        switch status {
        case .needsMore:
            try demand(held.count < limits.headBytes, "waits for more than a head may be")
            return false
        case .refused(let fault):
            events.append(.refused("\(fault)"))
            isOver = true
        case .complete(let length):
            try demand(
                (1...min(held.count, limits.headBytes)).contains(length), "a head of \(length)")
            events.append(.head(head.told(held.span)))
            body = BodyDecoder(head.framing)
            self.held.removeFirst(length)
        }
        return true
    }

    private mutating func readBody() throws(Finding) -> Bool {
        guard var decoder = body else { return false }
        var offset = 0
        let event = decoder.next(held.span, at: &offset, limits: limits)
        body = decoder
        try demand((0...held.count).contains(offset), "consumed \(offset) of \(held.count)")
        switch event {
        case .needsMore:
            // What is neither told nor consumed is a trailer's beginning.
            try demand(held.count - offset <= limits.trailerBytes, "holds more than a trailer")
            held.removeFirst(offset)
            return false
        case .data(let range):
            try demand(!range.isEmpty && range.upperBound == offset, "data at \(range)")
            note(data: held[range])
        case .trailer(let name, let value):
            events.append(.trailer("\(shown(held[name])): \(shown(held[value]))"))
        case .refused(let fault):
            events.append(.refused("\(fault)"))
            isOver = true
        case .end:
            events.append(.end)
            body = nil
        }
        held.removeFirst(offset)
        return true
    }

    /// Data that was cut is told in parts.
    private mutating func note(data: ArraySlice<UInt8>) {
        if case .data(let before) = events.last {
            events[events.count - 1] = .data(before + data)
        } else {
            events.append(.data(Array(data)))
        }
    }
}
