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
        if exchanges[exchange].isProbe { return tally.probe() }
        if settings.logsAccess { logAccess(exchange) }
        let startedAt = exchanges[exchange].startedAt
        let firstByteAt = exchanges[exchange].firstByteAt
        tally.record(
            series: series, protocol: .http1, code: exchanges[exchange].status,
            flag: exchanges[exchange].flag, durationNanoseconds: now &- startedAt,
            firstByteNanoseconds: firstByteAt == 0 ? nil : firstByteAt &- startedAt)
    }
}
