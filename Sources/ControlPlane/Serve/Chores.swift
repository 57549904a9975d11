package import Logging
internal import Routing
internal import ServiceLifecycle
package import TLS
package import Telemetry

/// What comes round: a new ticket key, and a word when rules' patterns fail.
package actor Chores: Service {
    /// How long a random ticket key encrypts.
    private static let keyLife: Duration = .seconds(12 * 3600)
    private static let lookEvery: Duration = .seconds(1)
    /// How often failing patterns are spoken of at most.
    private static let wordEvery: Duration = .seconds(60)

    private let tickets: TicketKeys
    private let files: TicketKeyFiles
    private let sheets: [TallySheet]
    private let logger: Logger
    private let clock = ContinuousClock()
    private var keyDue: ContinuousClock.Instant
    private var wordDue: ContinuousClock.Instant
    private var failures = [UInt64](repeating: 0, count: RegexFailure.allCases.count)

    package init(
        tickets: TicketKeys, files: TicketKeyFiles, sheets: [TallySheet], logger: Logger
    ) {
        self.tickets = tickets
        self.files = files
        self.sheets = sheets
        self.logger = logger
        keyDue = clock.now + Self.keyLife
        wordDue = clock.now
    }

    /// Looks every second, until it is told to end.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                await look()
                do { try await Task.sleep(for: Self.lookEvery) } catch { return }
            }
        }
    }

    /// Reads the given ticket keys again.
    package func reload() {
        do throws(GatewayFault) {
            try files.reload(tickets)
        } catch {
            logger.error("\(error), the old keys stay")
        }
    }

    private func look() {
        let now = clock.now
        if files.paths.isEmpty, now >= keyDue {
            tickets.rotate()
            keyDue = now + Self.keyLife
            logger.info("a new ticket key encrypts")
        }
        if now >= wordDue, sayFailures() { wordDue = now + Self.wordEvery }
    }

    /// One line for all that failed since the last one; false when nothing did.
    private func sayFailures() -> Bool {
        let reading = Reading(sheets: sheets, series: [])
        let now = RegexFailure.allCases.map { reading.ruleFailures[Int($0.rawValue)] }
        let risen = zip(RegexFailure.allCases, zip(now, failures)).compactMap { kind, counts in
            counts.0 > counts.1 ? "\(kind.name) \(counts.0 - counts.1)" : nil
        }
        failures = now
        guard !risen.isEmpty else { return false }
        let all = risen.joined(separator: ", ")
        logger.warning(
            "searches with rules' patterns failed and count as no match: \(all)")
        return true
    }
}
