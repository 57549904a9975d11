/// How much of each cheap thing a connection has done of late: buckets that leak with time.
///
/// Time is an argument, so the same bytes at the same times give the same verdict.
struct HTTP2FloodMeter: BitwiseCopyable {
    /// What is counted: how many at once, and how many a second, nobody needs more than.
    enum Kind: Int, CaseIterable {
        case resets, provokedResets, settings, pings, emptyData, windowUpdates, priorities

        var burst: Int {
            switch self {
            case .resets: 500
            case .provokedResets: 200
            case .settings: 64
            case .pings: 500
            case .emptyData: 200
            case .windowUpdates: 2000
            case .priorities: 1000
            }
        }

        var perSecond: Int {
            switch self {
            case .resets: 100
            case .provokedResets: 20
            case .settings: 4
            case .pings: 100
            case .emptyData: 100
            case .windowUpdates: 1000
            case .priorities: 100
            }
        }

        /// Whether clients can make an upstream do it.
        var isProvokedByClients: Bool {
            switch self {
            case .resets, .provokedResets, .emptyData, .windowUpdates: true
            case .settings, .pings, .priorities: false
            }
        }

        var fault: HTTP2Fault {
            switch self {
            case .resets: .floodOfResets
            case .provokedResets: .floodOfProvokedResets
            case .settings: .floodOfSettings
            case .pings: .floodOfPings
            case .emptyData: .floodOfEmptyData
            case .windowUpdates: .floodOfWindowUpdates
            case .priorities: .floodOfPriorities
            }
        }
    }

    private var levels = InlineArray<7, Int32>(repeating: 0)
    /// When they leaked last, in whole seconds since the clock's start.
    private var second: UInt64 = 0

    /// Counts one at that monotonic nanosecond; the fault when it is one too many.
    mutating func add(_ kind: Kind, now: UInt64) -> HTTP2Fault? {
        leak(until: now / 1_000_000_000)
        levels[kind.rawValue] += 1
        return Int(levels[kind.rawValue]) > kind.burst ? kind.fault : nil
    }

    /// Takes back some of a kind, which something useful has paid for.
    mutating func allow(_ kind: Kind, _ count: Int32) {
        levels[kind.rawValue] = max(levels[kind.rawValue] - count, 0)
    }

    private mutating func leak(until now: UInt64) {
        guard now > second else { return }
        let seconds = Int(min(now - second, 1000))
        second = now
        for kind in Kind.allCases {
            let left = Int(levels[kind.rawValue]) - seconds * kind.perSecond
            levels[kind.rawValue] = Int32(max(left, 0))
        }
    }
}
