import Bytes
import HTTP
import Reactor
import Routing
import TLS
import Telemetry

/// Access records: texts when the request is read, figures when the exchange is over.
///
/// They leave by the sheet's ring, which never makes the worker wait.
extension Worker {
    /// Keeps what the log says of the request, since its head does not last as long.
    mutating func noteTexts(_ exchange: Handle, _ bytes: Span<UInt8>) {
        let exchanges = exchanges
        var texts = Buffer()
        swap(&texts, &exchanges[exchange].texts)
        AccessText.method.append(
            bytes.extracting(head.methodText.range), to: &texts, from: &chunks)
        let target = settings.logsQuery || head.path.isEmpty ? head.target : head.path
        AccessText.target.append(bytes.extracting(target.range), to: &texts, from: &chunks)
        AccessText.authority.append(
            bytes.extracting(head.authority.range), to: &texts, from: &chunks)
        var hasRequestID = false
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            // What is not passed on is not said either.
            if field.isDropped { continue }
            let text: AccessText
            switch field.known {
            case .userAgent: text = .userAgent
            case .traceparent: text = .traceParent
            case .xRequestID:
                hasRequestID = true
                text = .requestID
            default: continue
            }
            text.append(bytes.extracting(field.value.range), to: &texts, from: &chunks)
        }
        if !hasRequestID {
            giveRequestID(exchange)
            let id = exchanges[exchange].requestID
            var text = Buffer()
            swap(&text, &staging)
            text.append(uuidFrom: id.first, id.second)
            AccessText.requestID.append(text.bytes, to: &texts, from: &chunks)
            text.removeAll()
            swap(&text, &staging)
        }
        noteForwardedFor(exchanges[exchange].client, bytes, &texts)
        noteServerName(exchanges[exchange].client, &texts)
        swap(&texts, &exchanges[exchange].texts)
    }

    /// Keeps X-Forwarded-For as the upstream sees it: a stranger's own is not worth a line.
    private mutating func noteForwardedFor(
        _ client: Handle, _ bytes: Span<UInt8>, _ texts: inout Buffer
    ) {
        let isKept = !connections[client].isExternal || connections[client].isTrusted
        var text = Buffer()
        swap(&text, &staging)
        text.reserve(bytes.count + 64, from: &chunks)
        for index in 0..<head.fields.count where isKept {
            let field = head.fields[index]
            guard field.known == .xForwardedFor, !field.isDropped else { continue }
            text.append(bytes.extracting(field.value.range))
            text.append(", ")
        }
        text.append(address: connections[client].remote)
        AccessText.forwardedFor.append(text.bytes, to: &texts, from: &chunks)
        text.removeAll()
        swap(&text, &staging)
    }

    private mutating func noteServerName(_ client: Handle, _ texts: inout Buffer) {
        let connections = connections
        guard connections[client].isTLS else { return }
        AccessText.serverName.append(
            connections[client].tls.serverName, to: &texts, from: &chunks)
    }

    /// Keeps what the log says of the decision.
    mutating func noteChoice(_ decision: Decision, _ exchange: Handle) {
        exchanges[exchange].reason = decision.reason
        exchanges[exchange].rule = Int16(truncatingIfNeeded: decision.rule)
        exchanges[exchange].bucket = decision.bucket
        exchanges[exchange].tableVersion = table.version
    }

    /// Keeps what went wrong, in words.
    mutating func noteDetails(_ fault: Fault, _ exchange: Handle) {
        let exchanges = exchanges
        AccessText.details.append(fault.text, to: &exchanges[exchange].texts, from: &chunks)
    }

    /// Hands the record of a finished exchange to whoever writes the log.
    mutating func logAccess(_ exchange: Handle) {
        let exchanges = exchanges
        let client = exchanges[exchange].client
        let startedAt = exchanges[exchange].startedAt
        var figures = AccessFigures()
        figures.total = now &- startedAt
        figures.start = Clock.wall() &- figures.total
        if exchanges[exchange].reachedAt > 0 {
            figures.queue = exchanges[exchange].reachedAt &- startedAt
        }
        if exchanges[exchange].connectedAt > 0 {
            figures.connect = exchanges[exchange].connectedAt &- exchanges[exchange].reachedAt
        }
        if exchanges[exchange].firstByteAt > 0 {
            figures.firstByte = exchanges[exchange].firstByteAt &- startedAt
        }
        figures.bytesIn = exchanges[exchange].bytesIn
        figures.bytesOut = exchanges[exchange].bytesOut
        figures.tableVersion = exchanges[exchange].tableVersion
        figures.series = exchanges[exchange].series
        figures.client = AccessAddress(exchanges[exchange].clientAddress)
        if exchanges[exchange].upstreamAddress.port > 0 {
            figures.upstream = AccessAddress(exchanges[exchange].upstreamAddress)
        }
        figures.bucket = exchanges[exchange].bucket
        figures.code = exchanges[exchange].isResponseHeadSent ? exchanges[exchange].status : 0
        figures.rule = exchanges[exchange].rule
        figures.resends = exchanges[exchange].resends
        figures.flag = exchanges[exchange].flag
        figures.httpVersion =
            exchanges[exchange].clientVersion == 2 ? 20 : 10 + exchanges[exchange].clientVersion
        figures.reason = AccessReason(rawValue: exchanges[exchange].reason.rawValue) ?? .none
        noteConnection(client, &figures)
        tally.records.append(figures, exchanges[exchange].texts.bytes)
    }

    private mutating func noteConnection(_ client: Handle, _ figures: inout AccessFigures) {
        let connections = connections
        guard connections.contains(client) else { return }
        figures.peer = AccessAddress(connections[client].remote)
        figures.local = AccessAddress(connections[client].local)
        figures.listener = UInt16(truncatingIfNeeded: connections[client].listener)
        guard connections[client].isTLS else { return }
        figures.isTLS = true
        figures.tlsVersion = connections[client].tls.version == .tls13 ? .tls13 : .tls12
        figures.isResumed = connections[client].tls.isResumed
    }

    /// The record of a request that was refused before it became an exchange.
    mutating func logRefusal(_ client: Handle, _ fault: Fault) {
        var figures = AccessFigures()
        figures.start = Clock.wall()
        figures.total = 0
        figures.code = fault.status
        figures.flag = fault.flag
        figures.client = AccessAddress(connections[client].remote)
        noteConnection(client, &figures)
        var texts = Buffer()
        AccessText.details.append(fault.text, to: &texts, from: &chunks)
        tally.records.append(figures, texts.bytes)
        texts.release(to: &chunks)
    }
}

extension AccessAddress {
    fileprivate init(_ address: SocketAddress) {
        self.init(
            high: address.high, low: address.low, port: address.port, isIPv6: address.isIPv6)
    }
}
