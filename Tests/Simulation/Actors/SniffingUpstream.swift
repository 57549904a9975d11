import TestSupport

/// One connection to an upstream that speaks HTTP/2 and HTTP/1, as the first bytes say.
package final class SniffingUpstream: FarEnd {
    private let stage: Stage
    private let place: Place
    private unowned let wire: Wire
    private let takesTunnels: Bool
    private var waiting: [UInt8] = []
    private var chosen: (any FarEnd)?

    init(_ stage: Stage, _ place: Place, _ wire: Wire, takesTunnels: Bool) {
        self.stage = stage
        self.place = place
        self.wire = wire
        self.takesTunnels = takesTunnels
    }

    package func connected(_ wire: Wire) {}

    package func received(_ bytes: [UInt8], on wire: Wire) {
        if let chosen { return chosen.received(bytes, on: wire) }
        waiting += bytes
        let first = H2Wire.preface.prefix(3)
        guard waiting.count >= first.count else { return }
        let made: any FarEnd =
            waiting.starts(with: first)
            ? HTTP2Upstream(stage, place, wire, takesTunnels: takesTunnels)
            : HTTP1Upstream(stage, place, wire)
        chosen = made
        made.connected(wire)
        made.received(waiting, on: wire)
        waiting = []
    }

    package func ended(_ wire: Wire) {
        if let chosen { chosen.ended(wire) } else { wire.finish() }
    }

    package func wasReset(_ wire: Wire) { chosen?.wasReset(wire) }
}
