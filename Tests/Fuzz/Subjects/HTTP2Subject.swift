import HTTP

/// Sessions of HTTP/2: frames cut anywhere are the same frames, and whatever our side does between
/// them is safe.
enum HTTP2Subject {
    private struct Outcome: Equatable {
        var told: [String]
        var said: [UInt8]
        /// GOAWAY came and no stream is left: the library listens no more.
        var isAlone: Bool

        /// What comes behind a GOAWAY when no stream is left the library does not look at, but for what
        /// came in the same piece: there it may find faults, and even serve requests.
        static func == (one: Outcome, other: Outcome) -> Bool {
            if one.told == other.told, one.said == other.said { return true }
            let (less, more) = one.told.count < other.told.count ? (one, other) : (other, one)
            return less.isAlone && more.told.starts(with: less.told)
        }
    }

    static func check(_ bytes: [UInt8]) throws(Finding) {
        guard let wire = HTTP2Wire(bytes) else { return }
        let workspace = HTTP2Workspace(streams: 1024, limits: HeadLimits())
        defer { workspace.destroy() }
        _ = try Cuts.agree(wire.bytes[...]) { pieces throws(Finding) in
            var side = HTTP2Side(isServer: wire.isServer, in: workspace)
            var said = side.send()
            for piece in pieces { side.receive(Array(piece)) }
            said += side.send()
            return Outcome(told: side.told, said: said, isAlone: side.isAlone)
        }
        checkActing(wire, workspace)
        try demand(workspace.streams.count, equals: 0, "streams that are left")
    }

    /// Our side acts between the pieces.
    private static func checkActing(
        _ wire: HTTP2Wire, _ workspace: HTTP2Workspace
    ) {
        var side = HTTP2Side(isServer: wire.isServer, in: workspace)
        var rest = wire.bytes[...]
        let step = max(1, rest.count / (wire.orders.count + 1))
        for order in wire.orders {
            side.receive(Array(rest.prefix(step)))
            rest = rest.dropFirst(step)
            side.obey(order)
        }
        side.receive(Array(rest))
        side.send()
    }
}
