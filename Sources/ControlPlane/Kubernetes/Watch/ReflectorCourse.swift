/// How a reflector's scope went so far.
struct ReflectorCourse: Sendable {
    /// LIMIT: watches in a row that end at once before that counts as a fault.
    private static let shortMax = 3
    /// LIMIT: lists in a row that no watch can go on from before that counts as a fault.
    private static let relistMax = 3

    private let pace: ReflectorPace
    private let clock = ContinuousClock()
    var memory: ScopeMemory
    private var listedAt: ContinuousClock.Instant
    /// Reset by any event.
    private var faults: Backoff
    /// Reset by a healthy time only: a server that contradicts itself does so with events.
    private var relists: Backoff
    private var shorts = 0

    init(_ scope: WatchScope, _ pace: ReflectorPace) {
        self.pace = pace
        memory = ScopeMemory(scope)
        listedAt = clock.now
        faults = Backoff(first: pace.first, most: pace.most)
        relists = Backoff(first: pace.first, most: pace.most)
    }

    mutating func list(_ objects: [ClusterObject], version: String) {
        memory.list(objects, version: version)
        listedAt = clock.now
    }

    /// Takes the end of a watch; gives what went wrong, if anything did, and how long to wait.
    mutating func take(
        _ end: WatchEnd, lasted: Duration, events: Int
    ) -> (fault: APIFault?, wait: Duration) {
        if lasted >= pace.healthy {
            faults.reset()
            relists.reset()
        } else if events > 0 {
            faults.reset()
        }
        shorts = end == .over && events == 0 && lasted < pace.shortest ? shorts + 1 : 0
        switch end {
        case .over:
            if clock.now - listedAt >= pace.check { memory.forget() }
            // One event each time is progress, and still no reason to run in a circle.
            if shorts == 0 { return (nil, lasted < pace.shortest ? pace.first : .zero) }
            let fault = APIFault.unreachable("watches end as soon as they begin")
            return (shorts >= Self.shortMax ? fault : nil, faults.next())
        case .refused(let fault): return (fault, wait(after: fault))
        case .contradicted(let fault):
            memory.forget()
            return (fault, relists.next())
        case .outdated:
            memory.forget()
            let wait = relists.next()
            return (relists.faults > Self.relistMax ? .expired : nil, wait)
        }
    }

    /// How long to wait after a fault.
    mutating func wait(after fault: APIFault) -> Duration {
        let wait = faults.next()
        return switch fault {
        case .forbidden: pace.forbidden * Double.random(in: 0.8...1.2)
        case .busy(let after?): max(wait, after * Double.random(in: 1...1.2))
        default: wait
        }
    }
}

/// How a watch ended.
enum WatchEnd: Hashable, Sendable {
    /// As agreed, or cut off after it had begun: it goes on from where it was.
    case over
    /// It did not begin.
    case refused(APIFault)
    /// What came cannot be right: all must be listed.
    case contradicted(APIFault)
    /// The server no longer keeps what came since: all must be listed.
    case outdated
}
