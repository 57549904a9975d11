import Bytes
import HTTP
import Telemetry

/// Ends exchanges on which nothing moves, where the policy sets a time for that.
///
/// Bytes are counted anyway, so exchanges are looked through now and then, and no byte costs more.
extension Worker {
    /// Looks four times in the time that an exchange has.
    mutating func planIdleSweep() {
        let time = policy.streamIdleTimeout
        idleSweepAt = time == 0 ? .max : now + max(time / 4, 1_000_000)
    }

    /// Takes a look when it is time for one.
    mutating func sweepIdleExchanges() {
        guard idleSweepAt <= now else { return }
        planIdleSweep()
        var index: UInt32 = 0
        while let exchange = exchanges.first(from: index) {
            index = exchange.index + 1
            let mark = progress(of: exchange)
            if exchanges[exchange].idleMark != mark {
                exchanges[exchange].idleMark = mark
                exchanges[exchange].idleSince = now
            } else if now >= exchanges[exchange].idleSince + policy.streamIdleTimeout {
                endIdle(exchange)
            }
        }
    }

    /// Another number whenever something moved; never 0, which stands for not looked at.
    private mutating func progress(of exchange: Handle) -> UInt64 {
        let exchanges = exchanges
        let heads =
            UInt64(exchanges[exchange].interimCount) * 2
            + (exchanges[exchange].isResponseHeadSent ? 1 : 0)
        return 1 &+ heads &+ (exchanges[exchange].bytesIn &+ exchanges[exchange].bytesOut) << 16
    }

    private mutating func endIdle(_ exchange: Handle) {
        if exchanges[exchange].isResponseHeadSent { return abandon(exchange, .SI) }
        // Whose turn it was: the client's only while an upstream takes what it sends.
        let isClients =
            !exchanges[exchange].isRequestComplete && exchanges[exchange].connectedAt > 0
        answer(exchange, Fault(isClients ? .clientIdle : .upstreamIdle))
    }
}
