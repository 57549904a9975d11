import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// `Tally`: one record and a few counters per exchange.
extension Worker {
    /// Counts an exchange that is over.
    mutating func count(_ exchange: Handle) {
        let exchanges = exchanges
        let series = exchanges[exchange].series
        let isTunnel = exchanges[exchange].isTunnel
        if isTunnel { tally.tunnelEnded(series, began: exchanges[exchange].firstByteAt) }
        let hadBegun = exchanges[exchange].isCountedActive
        exchanges[exchange].isCountedActive = false
        if exchanges[exchange].isProbe {
            if hadBegun { tally.ended(series) }
            return tally.probe()
        }
        if policy.logsAccess { logAccess(exchange) }
        let startedAt = exchanges[exchange].startedAt
        let firstByteAt = exchanges[exchange].firstByteAt
        tally.record(
            series: series, protocol: exchanges[exchange].spoken,
            code: exchanges[exchange].status, flag: exchanges[exchange].flag,
            durationNanoseconds: isTunnel ? nil : now &- startedAt,
            firstByteNanoseconds: firstByteAt == 0 ? nil : firstByteAt &- startedAt,
            callStatus: exchanges[exchange].isGRPC ? exchanges[exchange].grpcStatus : nil,
            hadBegun: hadBegun)
    }

    // MARK: gRPC

    /// Whether the head that was just read asks for gRPC; gRPC-Web is plain HTTP to us.
    mutating func asksForGRPC(_ bytes: Span<UInt8>) -> Bool {
        for index in 0..<head.fields.count {
            guard case .contentType = head.fields[index].known else { continue }
            let value = bytes.extracting(head.fields[index].value.range)
            guard ByteScan.starts(value, ignoringCase: "application/grpc") else { return false }
            return value.count == 16 || value[16] == 0x2b || value[16] == 0x3b
        }
        return false
    }

    /// Notes `grpc-status` of the response head that was just read.
    mutating func noteGRPCStatus(_ exchange: Handle, _ bytes: Span<UInt8>) {
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard case .grpcStatus = field.known else { continue }
            let number = Decimal.parse(bytes.extracting(field.value.range), max: 255) ?? 255
            note(callStatus: UInt8(number), exchange)
        }
    }

    /// Notes how a call ended; 255 stands for what is no number.
    mutating func note(callStatus number: UInt8, _ exchange: Handle) {
        exchanges[exchange].grpcStatus =
            switch GRPCStatus(rawValue: number) {
            case .missing, nil: .unknown
            case let status?: status
            }
    }
}

extension Exchange {
    /// What the client spoke.
    fileprivate var spoken: RequestProtocol {
        if wantsTunnel { return .websocket }
        if isGRPC { return .grpc }
        return clientStream.isNone ? .http1 : .http2
    }
}
