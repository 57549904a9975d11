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
    /// `isEnd`: a stream of the upstream ends with it. False when the exchange ended.
    mutating func relayResponseHead(
        _ exchange: Handle, _ bytes: Span<UInt8>, isEnd: Bool
    ) -> Bool {
        let upstream = exchanges[exchange].upstream
        if exchanges[exchange].wantsTunnel, opensTunnel(exchange) {
            return beginTunnel(exchange, bytes)
        }
        if head.status == 101 || isFalseConsent(exchange) {
            // Nobody asked for it, or it is no consent to what was asked for.
            badResponse(exchange, .badStatusLine)
            return false
        }
        if head.status < 200 {
            exchanges[exchange].interimCount += 1
            guard exchanges[exchange].interimCount <= Limits.interimMax else {
                badResponse(exchange, .badStatusLine)
                return false
            }
            relayInterim(exchange, bytes)
            return true
        }
        exchanges[exchange].status = head.status
        exchanges[exchange].responseFraming = isEnd ? .none : head.framing
        if exchanges[exchange].upstreamStream.isNone {
            if !head.keepsAlive { connections[upstream].closesAfterExchange = true }
            connections[upstream].body = BodyDecoder(head.framing)
            connections[upstream].phase = .responseBody
        }
        chooseClientFraming(exchange, isEnd: isEnd)
        if exchanges[exchange].isGRPC { noteGRPCStatus(exchange, bytes) }
        stageResponseHead(exchange, bytes)
        let hasBody = mayHaveBody(exchange, isEnd: isEnd)
        sendStagedResponseHead(exchange, hasBody: hasBody, isIndexed: true)
        exchanges[exchange].isResponseHeadSent = true
        return true
    }

    /// Whether anything follows the response's head.
    private mutating func mayHaveBody(_ exchange: Handle, isEnd: Bool) -> Bool {
        let framing = exchanges[exchange].responseFraming
        // Over HTTP/2 trailers may follow a body of no bytes.
        if !exchanges[exchange].upstreamStream.isNone { return !isEnd && !framing.isNone }
        return !framing.isEmpty
    }

    /// On HTTP/2 the staged head is handed to the session; else it leaves with the body's first piece.
    ///
    /// `isIndexed`: `headIndex` knows its fields.
    mutating func sendStagedResponseHead(
        _ exchange: Handle, hasBody: Bool, isIndexed: Bool = false
    ) {
        let client = exchanges[exchange].clientSide
        guard client.isStream else { return }
        let streams = streams
        if streams.contains(client.stream) {
            let connections = connections
            if isIndexed {
                connections[client.connection].http2.respond(
                    client.stream, staging.bytes, headIndex, hasBody: hasBody)
            } else {
                connections[client.connection].http2.respond(
                    client.stream, staging.bytes, hasBody: hasBody)
            }
            if !hasBody { streams[client.stream].isOutputEnded = true }
            streams[client.stream].resetsWhenSaid = !exchanges[exchange].isTunnel
            markDirty(client.connection)
        }
        staging.removeAll()
    }

    /// The upstream's response is no valid one.
    mutating func badResponse(_ exchange: Handle, _ fault: HeadFault) {
        let upstream = exchanges[exchange].upstreamSide
        if upstream.isStream {
            let connections = connections
            connections[upstream.connection].http2.reset(upstream.stream, .protocolError)
            markDirty(upstream.connection)
            streamFailed(upstream.stream, Fault(.badResponse(fault)))
        } else {
            upstreamFailed(upstream.connection, .badResponse(fault))
        }
    }

    /// A response's head came over a stream of the upstream.
    mutating func relayStreamHead(_ stream: Handle, _ bytes: Span<UInt8>, fields: Int) {
        let exchange = streams[stream].exchange
        guard exchanges.contains(exchange) else { return }
        noteResponseByte(exchange)
        headOwner = .none
        let fault = HTTP2Head.readResponse(
            bytes, fields: fields, into: &head, answering: exchanges[exchange].method,
            limits: settings.headLimits)
        if let fault { return badResponse(exchange, fault) }
        let isEnd = streams[stream].isInputEnded
        guard relayResponseHead(exchange, bytes, isEnd: isEnd) else { return }
        if isEnd, exchanges.contains(exchange), exchanges[exchange].isResponseHeadSent {
            return endStreamInput(stream)
        }
        if !isMoreComing() { flush(exchanges[exchange].clientSide) }
    }

    /// Passes on a 1xx head; an HTTP/1.0 client would not understand it (RFC 9110 §15.2).
    private mutating func relayInterim(_ exchange: Handle, _ bytes: Span<UInt8>) {
        guard exchanges[exchange].clientVersion >= 1 else { return }
        staging.reserve(bytes.count + head.fields.count * 4 + 64, from: &chunks)
        staging.append(status: head.status, reason: bytes.extracting(head.reason.range))
        staging.append(fieldsOf: head, in: bytes)
        staging.appendLineEnd()
        let client = exchanges[exchange].clientSide
        guard client.isStream else { return flush(client) }
        if streams.contains(client.stream) {
            let connections = connections
            connections[client.connection].http2.respond(
                client.stream, staging.bytes, hasBody: true)
            markDirty(client.connection)
        }
        staging.removeAll()
    }

    private mutating func chooseClientFraming(_ exchange: Handle, isEnd: Bool) {
        let client = exchanges[exchange].client
        let isHTTP1 = exchanges[exchange].clientStream.isNone
        switch head.framing {
        case .chunked where isEnd, .untilClose where isEnd:
            // HTTP/1 must be told that nothing follows (RFC 9112 §6.3).
            exchanges[exchange].clientFraming = isHTTP1 ? .length(0) : .none
        case .none: exchanges[exchange].clientFraming = .none
        case .length(let count): exchanges[exchange].clientFraming = .length(count)
        case .chunked, .untilClose:
            let isModern = exchanges[exchange].clientVersion >= 1
            exchanges[exchange].clientFraming = isModern ? .chunked : .untilClose
            if !isModern { exchanges[exchange].clientKeepsAlive = false }
        }
        if !exchanges[exchange].isRequestComplete, isHTTP1 {
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
        beginHead(isStream: !exchanges[exchange].clientStream.isNone)
        staging.append(status: head.status, reason: bytes.extracting(head.reason.range))
        if exchanges[exchange].exposesRevision { dropRevisionField() }
        stageFields(bytes, fromStream: !exchanges[exchange].upstreamStream.isNone)
        stage(lines: exchanges[exchange].responseFields)
        if !hasDate() {
            date.update(from: &chunks)
            let start = beginField("Date")
            staging.append(date.text)
            endField("Date", from: start, isLower: false)
        }
        let framing = exchanges[exchange].clientFraming
        if framing.isNone, let count = head.declaredLength, head.status != 204 {
            // What the body would have been: answers to HEAD, 304 (RFC 9110 §8.6).
            stage(contentLength: count)
        } else {
            stage(framing: framing)
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

    private mutating func hasDate() -> Bool {
        for index in 0..<head.fields.count {
            if case .date = head.fields[index].known { return true }
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
        let sink = exchanges[exchange].clientSide
        let framing = exchanges[exchange].clientFraming
        switch relayBody(&input, from: upstream, to: sink, as: framing) {
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
        let sink = exchanges[exchange].clientSide
        // Bytes behind the response would be taken for the next one's: that must not happen.
        if hasLeftover { connections[upstream].closesAfterExchange = true }
        if sink.isStream {
            if streams.contains(sink.stream) { streams[sink.stream].resetsWhenSaid = true }
            emitEnd(to: sink, as: .none)
        }
        flush(sink)
        finish(exchange)
    }
}
