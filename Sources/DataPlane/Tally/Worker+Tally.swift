import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// `Tally`: one record and a few counters per exchange.
extension Worker {
    /// Counts an exchange that is over.
    mutating func count(_ exchange: Handle) {
        let series = exchanges[exchange].series
        if exchanges[exchange].isCountedActive {
            tally.ended(series)
            exchanges[exchange].isCountedActive = false
        }
        let isTunnel = exchanges[exchange].isTunnel
        if isTunnel { tally.tunnelEnded(series, began: exchanges[exchange].firstByteAt) }
        if exchanges[exchange].isProbe { return tally.probe() }
        if exchanges[exchange].isGRPC { tally.grpc(series, exchanges[exchange].grpcStatus) }
        if policy.logsAccess { logAccess(exchange) }
        let startedAt = exchanges[exchange].startedAt
        let firstByteAt = exchanges[exchange].firstByteAt
        tally.record(
            series: series, protocol: spoken(exchange), code: exchanges[exchange].status,
            flag: exchanges[exchange].flag,
            durationNanoseconds: isTunnel ? nil : now &- startedAt,
            firstByteNanoseconds: firstByteAt == 0 ? nil : firstByteAt &- startedAt)
    }

    /// What the client spoke.
    private mutating func spoken(_ exchange: Handle) -> RequestProtocol {
        if exchanges[exchange].wantsTunnel { return .websocket }
        if exchanges[exchange].isGRPC { return .grpc }
        return exchanges[exchange].clientStream.isNone ? .http1 : .http2
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
        let status = GRPCStatus(rawValue: number) ?? .unknown
        exchanges[exchange].grpcStatus = status == .missing ? .unknown : status
    }
}
