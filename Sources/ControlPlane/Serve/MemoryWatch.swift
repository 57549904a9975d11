internal import Bytes
package import DataPlane
package import Logging
internal import Reactor
internal import Synchronization

/// Looks at the process's memory ten times a second, on a thread of its own, and has the workers
/// shed load while it is short.
package final class MemoryWatch: Sendable {
    private static let lookEvery: UInt64 = 100_000_000
    /// Looks after which spare memory is asked for again.
    private static let looksBetween = 10

    private let limit: Int
    private let workers: WorkerGroup
    private let logger: Logger
    private let wakeup = Wakeup()
    private let isStopping = Atomic<Bool>(false)
    private let shedding = Atomic<UInt8>(Shedding.nothing.rawValue)

    /// `limit` is in bytes of resident memory.
    package init(limit: Int, workers: WorkerGroup, logger: Logger) {
        self.limit = limit
        self.workers = workers
        self.logger = logger
    }

    /// How it stands now.
    var figures: MemoryFigures {
        MemoryFigures(
            limit: limit,
            shedding: Shedding(rawValue: shedding.load(ordering: .relaxed)) ?? .nothing)
    }

    /// Starts the thread.
    package func start() {
        logger.info("memory-limit is \(Self.text(limit))")
        let isStarted = Reactor.Thread.start(named: "weir-memory") { [self] in run() }
        precondition(isStarted, "the system refuses a thread")
    }

    /// Has the thread end.
    package func stop() {
        isStopping.store(true, ordering: .relaxed)
        wakeup.signal()
    }

    // MARK: The thread

    private func run() {
        guard let memory = ResidentMemory() else {
            logger.error("memory-limit: /proc/self/statm cannot be read, so there is no limit")
            return
        }
        var pressure = MemoryPressure(limit: limit)
        var looks = 0
        while !isStopping.load(ordering: .relaxed) {
            // Where it cannot be read, the last measure holds.
            if let resident = memory.bytes() {
                let before = pressure.shedding
                let isNew = pressure.take(resident: resident)
                if isNew { say(pressure, after: before, resident) }
                looks = isNew ? 0 : looks + 1
                relieve(pressure.shedding, looks, isNew: isNew)
            }
            wakeup.wait(upTo: Self.lookEvery)
        }
    }

    /// Tells the workers, and again and again while memory is short: they free what they can, and
    /// a look later the allocator gives it back.
    private func relieve(_ what: Shedding, _ looks: Int, isNew: Bool) {
        if isNew || what > .nothing && looks % Self.looksBetween == 0 { workers.shed(what) }
        if what > .nothing, looks % Self.looksBetween == 1 { HeapMemory.giveBack() }
    }

    private func say(_ pressure: MemoryPressure, after before: Shedding, _ resident: Int) {
        let what = pressure.shedding
        shedding.store(what.rawValue, ordering: .relaxed)
        let facts = "\(Self.text(resident)) are in use, memory-limit is \(Self.text(limit))"
        switch what {
        case .requests: logger.warning("\(facts): new connections and new requests are refused")
        case .connections: logger.warning("\(facts): new connections are refused")
        case .spareMemory where before >= .connections && pressure.ceiling > limit:
            logger.warning(
                """
                \(facts): refusing did not help for a minute, so everything is served again up to \
                \(Self.text(pressure.ceiling)); give the gateway more memory
                """)
        case .spareMemory, .nothing:
            if before >= .connections { logger.notice("\(facts): everything is served again") }
        }
    }

    private static func text(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
}
