import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// `Relay`, towards the client: head, body and trailers, framed anew.
extension Worker {
    private static let ownResponseFieldsMax = 256

    /// Stages the response head that was just read into `head`.
    ///
    /// False when the exchange ended.
    mutating func relayResponseHead(_ exchange: Handle, _ bytes: Span<UInt8>) -> Bool {
        let upstream = exchanges[exchange].upstream
        if head.status == 101 {
            // We forward no Upgrade, so nobody asked for it.
            upstreamFailed(upstream, .badResponse(.badStatusLine))
            return false
        }
        if head.status < 200 {
            relayInterim(exchange, bytes)
            return true
        }
        exchanges[exchange].status = head.status
        exchanges[exchange].responseFraming = head.framing
        if !head.keepsAlive { connections[upstream].closesAfterExchange = true }
        connections[upstream].body = BodyDecoder(head.framing)
        connections[upstream].phase = .responseBody
        chooseClientFraming(exchange)
        stageResponseHead(exchange, bytes)
        exchanges[exchange].isResponseHeadSent = true
        return true
    }

    /// Passes on a 1xx head; an HTTP/1.0 client would not understand it (RFC 9110 §15.2).
    private mutating func relayInterim(_ exchange: Handle, _ bytes: Span<UInt8>) {
        guard exchanges[exchange].clientVersion >= 1 else { return }
        staging.reserve(bytes.count + head.fields.count * 4 + 64, from: &chunks)
        staging.append(status: head.status, reason: bytes.extracting(head.reason.range))
        staging.append(fieldsOf: head, in: bytes)
        staging.appendLineEnd()
        flush(exchanges[exchange].client)
    }

    private mutating func chooseClientFraming(_ exchange: Handle) {
        let client = exchanges[exchange].client
        switch head.framing {
        case .none: exchanges[exchange].clientFraming = .none
        case .length(let count): exchanges[exchange].clientFraming = .length(count)
        case .chunked, .untilClose:
            let isModern = exchanges[exchange].clientVersion >= 1
            exchanges[exchange].clientFraming = isModern ? .chunked : .untilClose
            if !isModern { exchanges[exchange].clientKeepsAlive = false }
        }
        if !exchanges[exchange].isRequestComplete {
            // An early answer: the rest of the request may never come, so the connection ends.
            exchanges[exchange].clientKeepsAlive = false
            connections[client].lingersBeforeClose = true
        }
        if drain.isDraining { exchanges[exchange].clientKeepsAlive = false }
    }

    private mutating func stageResponseHead(_ exchange: Handle, _ bytes: Span<UInt8>) {
        let exchanges = exchanges
        let room =
            bytes.count + head.fields.count * 4 + exchanges[exchange].responseFields.count
            + Self.ownResponseFieldsMax
        staging.reserve(room, from: &chunks)
        staging.append(status: head.status, reason: bytes.extracting(head.reason.range))
        if exchanges[exchange].exposesRevision { dropRevisionField() }
        staging.append(fieldsOf: head, in: bytes)
        staging.append(exchanges[exchange].responseFields)
        if !hasDate { stageDate() }
        let framing = exchanges[exchange].clientFraming
        if framing == .none, let count = head.declaredLength, head.status != 204 {
            // What the body would have been: answers to HEAD, 304 (RFC 9110 §8.6).
            staging.append(contentLength: count)
        } else {
            staging.append(framing: framing)
        }
        stageConnection(exchange)
        staging.appendLineEnd()
    }

    /// Says what becomes of the connection where the version's default differs.
    mutating func stageConnection(_ exchange: Handle) {
        if !exchanges[exchange].clientKeepsAlive {
            staging.append("Connection: close\r\n")
        } else if exchanges[exchange].clientVersion == 0 {
            staging.append("Connection: keep-alive\r\n")
        }
    }

    private mutating func dropRevisionField() {
        for index in 0..<head.fields.count
        where head.fields[index].known == .knativeServingRevision {
            head.fields[index].isDropped = true
        }
    }

    private var hasDate: Bool {
        for index in 0..<head.fields.count where head.fields[index].known == .date {
            return true
        }
        return false
    }

    mutating func stageDate() {
        date.update(from: &chunks)
        staging.append("Date: ")
        staging.append(date.text)
        staging.append("\r\n")
    }

    // MARK: Body

    /// Passes on what of the body is in `input`.
    ///
    /// False when the response is complete or failed.
    mutating func relayResponseBody(_ exchange: Handle, _ input: inout Buffer) -> Bool {
        let upstream = exchanges[exchange].upstream
        let client = exchanges[exchange].client
        let framing = exchanges[exchange].clientFraming
        switch relayBody(&input, from: upstream, to: client, as: framing) {
        case .more:
            return true
        case .end:
            responseIsComplete(exchange, hasLeftover: !input.isEmpty)
            return false
        case .refused(let fault):
            upstreamFailed(upstream, .badResponse(fault))
            return false
        }
    }

    /// Everything of the response is staged: sends it and ends the exchange.
    mutating func responseIsComplete(_ exchange: Handle, hasLeftover: Bool) {
        let upstream = exchanges[exchange].upstream
        // Bytes behind the response would be taken for the next one's: that must not happen.
        if hasLeftover { connections[upstream].closesAfterExchange = true }
        flush(exchanges[exchange].client)
        finish(exchange)
    }
}
