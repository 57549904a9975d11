import Bytes
import HTTP
import Reactor
import Routing
import TLS
import Telemetry

/// One thread's whole world: its epoll, its connections, its memory.
///
/// The stages of a request are extensions in the folders beside this one. Nothing here is ever
/// touched by another thread; the doors in are the mailbox and the group's newest snapshot. All
/// functions are `mutating`: one that only borrowed would be called on a copy of the whole.
struct Worker: ~Copyable {
    /// First, as the compiler (6.3) needs a pointer there when it builds for Thread Sanitizer.
    let connections: Slab<Connection>
    let settings: WorkerSettings
    let group: GroupLink
    var tally: TallySheet

    // The kernel's side.
    let poller = Poller()
    let listeners = Slab<Listener>(limit: Limits.listenersMax)
    var wheel: TimerWheel
    /// Monotonic nanoseconds, read at each event that matters.
    var now: UInt64

    // What is under way.
    var clientCount = 0
    /// The clients, their streams and their handshakes, by whom they are from; of those that are counted.
    var sources: SourceCounts
    var sourceStreams: SourceCounts
    var sourceHandshakes: SourceCounts
    /// Exchanges that have a client's connection to themselves.
    var exchangesHTTP1 = 0
    let exchanges: Slab<Exchange>
    /// What the sessions of HTTP/2 share.
    let workspace: HTTP2Workspace
    /// All streams of this worker.
    let streams: Slab<HTTP2Stream>
    /// Connections of HTTP/2 that have something to say at the end of the turn.
    var dirty: FixedArray<Handle>
    /// The place of the session's event that is being acted on; -1 while none is.
    var eventAtHand = -1
    /// Connections to look at again in this turn: pipelined requests, sources that may go on.
    var runQueue: FixedArray<Handle>
    /// The part of it that is being worked on.
    private var running: FixedArray<Handle>

    // Memory that is used again and again.
    var chunks = ChunkPool()
    /// What a receive fills when the connection holds nothing.
    var scratch = Buffer()
    /// What the present handler wants to send; always empty between handlers.
    var staging = Buffer()
    /// Where the fields of a staged head lie.
    var headIndex = HeadIndex()
    /// Cipher text on its way in and out, in one call of OpenSSL each; empty between those.
    var sealedInput = Buffer()
    var sealedOutput = Buffer()
    var head = Head()
    /// Whose unfinished head `head` holds; a parser goes on only over its own.
    var headOwner = Handle.none
    /// Receives left to the present connection before others get their turn.
    var receiveBudget = 0
    /// Exchanges left to it in the same way.
    var exchangeBudget = 0
    /// Why the last dial could not begin: no slot or no descriptor was free.
    var lacksRoom = false
    /// Idle connections to upstreams, in all pools.
    var idleCount = 0
    var date = DateText()
    /// What upstreams are told of the clients that ask now, by their slots.
    var forwarded = PlainTable(filledWith: ForwardedLines())

    /// How traffic is treated now.
    var policy: TrafficPolicy
    /// When exchanges are looked through for idle ones next; `.max` for never.
    var idleSweepAt = UInt64.max

    // Whom we believe, and how we prove who we are.
    let trustedNetworks: NetworkList
    var contexts: ServerContexts
    var upstreamContexts = ClientContexts()
    var certificates = CertificateSet.empty
    var asksForClientCertificates = false
    /// Handshakes under way.
    var handshakeCount = 0

    // What the table says.
    var table: RouteTable
    var entropy: Entropy
    var regex: RegexMatcher
    /// Its failures that were counted.
    var ruleFailures = RegexFailures()
    var destinations: DestinationBook
    var revisions = RevisionBook()

    // Life.
    var drain = DrainState.serving
    var acceptPausedUntil: UInt64 = 0
    /// By `Evictable`.
    var evictions = InlineArray<5, EvictionWalk>(repeating: EvictionWalk())
    /// What is done without while memory is short.
    var shedding = Shedding.nothing
    var isFinished = false
    #if DEBUG
        var seededBug: SeededBug?
    #endif

    init(settings: WorkerSettings, group: GroupLink, tally: TallySheet, connectionsMax: Int) {
        self.settings = settings
        self.group = group
        self.tally = tally
        policy = settings.policy
        now = Clock.monotonic()
        trustedNetworks = NetworkList(settings.trustedNetworks)
        regex = RegexMatcher(matchLimit: settings.ruleMatchLimit)
        var tls = settings.tlsPolicy
        tls.ciphers = settings.policy.tlsCiphers
        contexts = ServerContexts(policy: tls, tickets: settings.tickets)
        connections = Slab(limit: connectionsMax)
        // One for each connection of HTTP/1 and for each stream: it is never full.
        exchanges = Slab(limit: connectionsMax * (Limits.streamsPerSlot + 1))
        workspace = HTTP2Workspace(
            streams: connectionsMax * Limits.streamsPerSlot, limits: settings.headLimits)
        streams = workspace.streams
        dirty = FixedArray(capacity: connections.limit * 2 + 4096)
        wheel = TimerWheel(slots: connections.limit, now: now)
        // Twice: a slot may be emptied and filled again while its older handle waits here.
        runQueue = FixedArray(capacity: connections.limit * 2)
        running = FixedArray(capacity: connections.limit * 2)
        table = RouteTable(.empty)
        entropy = Entropy(seed: SystemEntropy.next())
        destinations = DestinationBook()
        sources = SourceCounts(seed: HashSeed(SystemEntropy.next(), SystemEntropy.next()))
        sourceStreams = SourceCounts(seed: HashSeed(SystemEntropy.next(), SystemEntropy.next()))
        sourceHandshakes = SourceCounts(seed: HashSeed(SystemEntropy.next(), SystemEntropy.next()))
        scratch.reserve(Limits.receiveBytes, from: &chunks)
        staging.reserve(ChunkPool.sizeMax, from: &chunks)
        forwarded.grow(to: Limits.forwardedLinesMax)
    }

    // MARK: The loop

    /// Serves until drained or cut.
    mutating func run() {
        openMailbox()
        while !isFinished {
            turn()
        }
        closeEverything()
    }

    /// Hears commands from here on.
    mutating func openMailbox() {
        let token = Self.mailboxToken
        precondition(poller.addReadable(group.mailbox.wakeup.descriptor, token: token))
    }

    /// Waits, then handles what came.
    mutating func turn() {
        let count = poller.wait(milliseconds: waitTime())
        now = Clock.monotonic()
        for index in 0..<count {
            handle(poller.event(index))
            runQueued()
        }
        expireTimers()
        sweepIdleExchanges()
        runQueued()
        sendFrames()
        group.openConnections = clientCount
        advanceDrain()
        adoptNewestSnapshot()
        sendFrames()
    }

    private mutating func waitTime() -> CInt {
        if runQueue.count > 0 { return 0 }
        var wait = wheel.wait(now: now) ?? -1
        if let until = nextOwnDeadline() {
            let left = until <= now ? 0 : Int((until - now) / Limits.millisecond) + 1
            wait = wait < 0 ? left : min(wait, left)
        }
        return CInt(wait)
    }

    private mutating func handle(_ event: Readiness) {
        if event.token == Self.mailboxToken {
            obeyCommands()
        } else if event.token >> 32 == Self.listenerMark >> 32 {
            acceptConnections(UInt32(truncatingIfNeeded: event.token))
        } else {
            var connection = Handle(packed: event.token)
            #if DEBUG
                if seededBug == .staleHandle {
                    connection = connections.first(from: connection.index) ?? connection
                }
            #endif
            guard connections.contains(connection) else { return }
            if event.isWritable { becameWritable(connection) }
            guard event.isReadable, connections.contains(connection) else { return }
            if event.isFailed, connections[connection].isOnlyWriting {
                return transportFailed(connection)
            }
            connections[connection].isReadable = true
            if event.isHungUp { connections[connection].isHungUp = true }
            advance(connection)
        }
    }

    /// Has the kernel tell what happens on a connection from here on; false when it refuses.
    mutating func register(_ connection: Handle, awaitsRoom: Bool) -> Bool {
        let isGranted = poller.addConnection(
            connections[connection].socket, token: connection.packed, awaitsRoom: awaitsRoom)
        if isGranted { connections[connection].watch = awaitsRoom ? .both : .input }
        return isGranted
    }

    /// Goes on with a connection as far as it can go now.
    mutating func advance(_ connection: Handle) {
        receiveBudget = Limits.receivesPerTurn
        exchangeBudget = Limits.exchangesPerTurn
        if connections[connection].isClient {
            advanceClient(connection)
        } else {
            advanceUpstream(connection)
        }
    }

    // MARK: The run queue

    /// Has a connection looked at again before the next wait.
    mutating func enqueue(_ connection: Handle) {
        guard !connections[connection].isInRunQueue else { return }
        connections[connection].isInRunQueue = true
        runQueue.append(connection)
    }

    /// Works off what was enqueued before now; what this enqueues gets its turn later, so that
    /// no connection keeps the others waiting.
    mutating func runQueued() {
        if runQueue.count == 0 { return }
        swap(&runQueue, &running)
        while running.count > 0 {
            let connection = running.removeLast()
            guard connections.contains(connection) else { continue }
            connections[connection].isInRunQueue = false
            advance(connection)
        }
    }

    // MARK: Tokens

    /// Handles have an odd generation, which is never all ones with this index.
    static let mailboxToken = UInt64.max
    /// Listeners: generation `.max - 1` is even, so no filled slot has it.
    static let listenerMark = UInt64(UInt32.max - 1) << 32
}

@available(*, unavailable)
extension Worker: Sendable {}
