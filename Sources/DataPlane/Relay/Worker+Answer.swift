import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// Answers of our own: faults and redirects.
extension Worker {
    /// Refuses what a client sent before it became an exchange; its connection ends.
    mutating func refuse(_ client: Handle, _ kind: Fault.Kind) {
        let fault = Fault(kind)
        if let reason = fault.rejection { tally.rejected(reason) }
        if settings.logsAccess { logRefusal(client, fault) }
        stageStatus(fault.status)
        stageDate()
        stageText(fault.text, withBody: true)
        staging.append("Connection: close\r\n\r\n")
        stageBody(fault.text)
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
        let hasBody = exchanges[exchange].method != .head
        prepareOwnAnswer(exchange, status: fault.status)
        exchanges[exchange].flag = fault.flag
        if settings.logsAccess { noteDetails(fault, exchange) }
        stageStatus(fault.status)
        stageDate()
        stageText(fault.text, withBody: hasBody)
        stageResponseFields(exchange)
        stageConnection(exchange)
        staging.append("\r\n")
        if hasBody {
            stageBody(fault.text)
            let count = fault.text.utf8CodeUnitCount
            exchanges[exchange].bytesOut = count == 0 ? 0 : UInt64(count + 1)
        }
        flush(exchanges[exchange].client)
        finish(exchange)
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
        flush(exchanges[exchange].client)
        finish(exchange)
    }

    private mutating func prepareOwnAnswer(_ exchange: Handle, status: UInt16) {
        precondition(staging.isEmpty)
        dropUpstream(exchange)
        exchanges[exchange].status = status
        exchanges[exchange].isResponseHeadSent = true
        if drain.isDraining { exchanges[exchange].clientKeepsAlive = false }
        if !exchanges[exchange].isRequestComplete {
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
