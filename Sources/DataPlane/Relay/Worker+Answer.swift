import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// Answers of our own: faults and redirects.
extension Worker {
    /// Refuses what a client sent before it became an exchange; its connection ends.
    ///
    /// The answer to a HEAD request has no body.
    mutating func refuse(_ client: Handle, _ kind: Fault.Kind, isHEAD: Bool = false) {
        let fault = Fault(kind)
        if let reason = fault.rejection { tally.rejected(reason) }
        if policy.logsAccess { logRefusal(client, fault) }
        stageStatus(fault.status)
        stageDate()
        stageText(fault.text, withBody: !isHEAD)
        staging.append("Connection: close\r\n\r\n")
        if !isHEAD { stageBody(fault.text) }
        connections[client].lingersBeforeClose = true
        tally.record(
            series: .none, protocol: .http1, code: fault.status, flag: fault.flag,
            durationNanoseconds: nil, firstByteNanoseconds: nil)
        flush(client)
        closeWhenSent(client)
    }

    /// Answers an exchange with a fault; its head must not have been answered yet.
    mutating func answer(_ exchange: Handle, _ fault: Fault) {
        precondition(!exchanges[exchange].isResponseHeadSent)
        if exchanges[exchange].isGRPC, fault.status != 421 {
            return answerGRPC(exchange, fault)
        }
        let hasBody = exchanges[exchange].method != .head
        prepareOwnAnswer(exchange, status: fault.status)
        exchanges[exchange].flag = fault.flag
        if policy.logsAccess { noteDetails(fault, exchange) }
        stageStatus(fault.status)
        stageDate()
        stageText(fault.text, withBody: hasBody)
        stageResponseFields(exchange)
        stageConnection(exchange)
        staging.append("\r\n")
        let count = hasBody ? fault.text.utf8CodeUnitCount : 0
        let client = exchanges[exchange].clientSide
        sendStagedResponseHead(exchange, hasBody: count > 0)
        if count > 0 {
            emit(ByteScan.bytes(of: fault.text), to: client, as: .none)
            emit(ByteScan.bytes(of: "\n"), to: client, as: .none)
            exchanges[exchange].bytesOut = UInt64(count + 1)
        }
        emitEnd(to: client, as: .none)
        flush(client)
        finish(exchange)
    }

    /// The same for gRPC: HTTP's status is 200, and the fault stands in what would be trailers.
    private mutating func answerGRPC(_ exchange: Handle, _ fault: Fault) {
        prepareOwnAnswer(exchange, status: 200)
        exchanges[exchange].flag = fault.flag
        exchanges[exchange].grpcStatus = fault.grpcStatus
        if policy.logsAccess { noteDetails(fault, exchange) }
        stageStatus(200)
        stageDate()
        staging.append("content-type: application/grpc\r\ngrpc-status: ")
        staging.append(decimal: UInt64(fault.grpcStatus.rawValue))
        staging.append("\r\n")
        let text = fault.text.utf8CodeUnitCount > 0 ? fault.text : "no route for this host and path"
        staging.append(field: "grpc-message", text)
        stageResponseFields(exchange)
        staging.append("\r\n")
        sendStagedResponseHead(exchange, hasBody: false)
        finish(exchange)
    }

    /// Refuses what a stream's head asked for before it became an exchange.
    mutating func refuse(stream: Handle, _ fault: Fault, isHEAD: Bool = false) {
        if let reason = fault.rejection { tally.rejected(reason) }
        let connection = streams[stream].connection
        if policy.logsAccess { logRefusal(connection, fault) }
        stageStatus(fault.status)
        stageDate()
        stageText(fault.text, withBody: !isHEAD)
        staging.append("\r\n")
        let connections = connections
        connections[connection].http2.respond(stream, staging.bytes, hasBody: !isHEAD)
        staging.removeAll()
        let client = Side(connection: connection, stream: stream)
        if !streams[stream].isInputEnded { streams[stream].resetsWhenSaid = true }
        if !isHEAD {
            emit(ByteScan.bytes(of: fault.text), to: client, as: .none)
            emit(ByteScan.bytes(of: "\n"), to: client, as: .none)
        }
        emitEnd(to: client, as: .none)
        tally.record(
            series: .none, protocol: .http2, code: fault.status, flag: fault.flag,
            durationNanoseconds: nil, firstByteNanoseconds: nil)
    }

    /// Sends a plain request to https, same host and target (§2.5, httpOption Redirected).
    mutating func redirect(_ exchange: Handle, _ bytes: Span<UInt8>) {
        prepareOwnAnswer(exchange, status: 301)
        staging.reserve(bytes.count + 512, from: &chunks)
        stageStatus(301)
        stageDate()
        staging.append("Location: https://")
        staging.append(bytes.extracting(head.host.range))
        let target = bytes.extracting(head.target.range)
        if target.isEmpty || target[0] != 0x2f { staging.append("/") }
        staging.append(target)
        staging.append("\r\nContent-Length: 0\r\n")
        stageResponseFields(exchange)
        stageConnection(exchange)
        staging.append("\r\n")
        sendStagedResponseHead(exchange, hasBody: false)
        flush(exchanges[exchange].clientSide)
        finish(exchange)
    }

    private mutating func prepareOwnAnswer(_ exchange: Handle, status: UInt16) {
        precondition(staging.isEmpty)
        dropUpstream(exchange)
        exchanges[exchange].status = status
        exchanges[exchange].isResponseHeadSent = true
        if drain.isDraining { exchanges[exchange].clientKeepsAlive = false }
        if !exchanges[exchange].isRequestComplete, exchanges[exchange].clientStream.isNone {
            exchanges[exchange].clientKeepsAlive = false
            connections[exchanges[exchange].client].lingersBeforeClose = true
        }
    }

    private mutating func stageResponseFields(_ exchange: Handle) {
        let exchanges = exchanges
        let room = exchanges[exchange].responseFields.count + 512
        staging.reserve(room, from: &chunks)
        staging.append(exchanges[exchange].responseFields)
    }

    private mutating func stageStatus(_ status: UInt16) {
        staging.append(status: status)
    }

    private mutating func stageText(_ text: StaticString, withBody: Bool) {
        let count = text.utf8CodeUnitCount
        if count > 0 { staging.append("Content-Type: text/plain; charset=utf-8\r\n") }
        staging.append(contentLength: count == 0 ? 0 : UInt64(count + 1))
    }

    private mutating func stageBody(_ text: StaticString) {
        guard text.utf8CodeUnitCount > 0 else { return }
        staging.append(text)
        staging.append("\n")
    }
}
