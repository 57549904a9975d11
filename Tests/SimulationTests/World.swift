import Bytes
import CLinux
import Foundation
import Reactor
import Routing
import Simulation
import TLS
import Telemetry

@testable import DataPlane

/// A worker on a simulated kernel, turned until its scenario is over.
final class World {
    /// How a run came out.
    struct Report {
        let seed: UInt64
        let isSealed: Bool
        var steps = 0
        /// What must not be, and was; nil when all is well.
        var violation: String?
        var hash: UInt64 = 0
        var asks: [Ask] = []
        var lines: [String] = []
        /// Requests that were under way when the worker was told to end.
        var underWayAtDrain = 0

        /// What to tell people who must find it.
        var text: String {
            """
            seed \(seed), step \(steps): \(violation ?? "all is well")
            replay: \(isSealed ? "WEIR_SIM_TLS=1 " : "")WEIR_SIM_SEED=\(seed) swift test --filter SeedTests
            """
        }
    }

    private static let second: UInt64 = 1_000_000_000
    /// LIMIT: turns and virtual time without anything new.
    private static let stepsMax = 300_000
    private static let patience = 900 * second

    let scenario: Scenario
    let kernel: SimulatedKernel
    let writer = TableWriter()
    private let seals = SealStage.made
    private let newest: NewestSnapshot
    private let link: GroupLink
    private let policy: TrafficPolicy
    private let sheet = TallySheet()
    var worker: Worker
    /// The splits of the table that the worker serves.
    private(set) var splits: [Catalog.SplitEntry] = []
    private var report: Report
    private var splitsVersion: UInt64 = 0
    private var jumpedUntil: UInt64 = 0
    /// When a drain in the midst of the play is to be over; `.max` for none.
    private var drainsUntil = UInt64.max
    /// From when on the worker may do what it does at a time in a drain.
    private var drainTimes: [(time: UInt64, cause: Ledger.Cause)] = []
    private var lastProgress = (mark: -1, time: UInt64(0))

    /// Plays the scenario of a seed.
    static func play(_ scenario: Scenario, _ adjust: (World) -> Void = { _ in }) -> Report {
        var report = Report(seed: scenario.seed, isSealed: scenario.isSealed)
        let isSimulated = scenario.kernel.run {
            let world = World(scenario)
            adjust(world)
            world.play()
            report = world.report
        }
        if !isSimulated { report.violation = "only a debug build can be simulated" }
        if report.violation == nil, scenario.kernel.openCount > 0 {
            report.violation = "\(scenario.kernel.openCount) descriptors are left"
        }
        report.violation = report.violation ?? scenario.kernel.offence
        report.hash = scenario.kernel.trace.hash
        report.asks = scenario.stage.ledger.asks
        report.lines = scenario.kernel.trace.lines
        return report
    }

    private init(_ scenario: Scenario) {
        self.scenario = scenario
        kernel = scenario.kernel
        report = Report(seed: scenario.seed, isSealed: scenario.isSealed)
        let settings = WorkerSettings(workers: 1)
        newest = NewestSnapshot(policy: settings.policy)
        policy = settings.policy
        link = GroupLink(newest: newest)
        worker = Worker(settings: settings, group: link, tally: sheet, connectionsMax: 64)
    }

    deinit { sheet.destroy() }

    private func play() {
        worker.openMailbox()
        listen(at: scenario.stage.port, isTLS: false)
        if scenario.isSealed { listen(at: scenario.stage.securePort, isTLS: true) }
        arrange()
        kernel.isSettingUp = false
        for client in scenario.clients { client.start() }
        while report.violation == nil, !isDone, !worker.isFinished { step() }
        settle()
        end()
        worker.closeEverything()
        awaitClients()
    }

    private var isDone: Bool { scenario.clients.allSatisfy { $0.isDone } }

    private func listen(at port: UInt16, isTLS: Bool) {
        let bound = try? ListeningSocket(
            address: SocketAddress(ip: [127, 0, 0, 1].span, port: port),
            dualStack: false, backlog: 64, options: worker.settings.socketOptions)
        guard let bound else {
            report.violation = "no listener"
            return
        }
        let address = bound.address
        link.mailbox.post(
            .listen(
                descriptor: bound.release(), address: address, kind: .external, isTLS: isTLS,
                index: isTLS ? 1 : 0))
    }

    /// Arranges what happens by itself.
    private func arrange() {
        scenario.stage.answerKey = { key in
            let text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
            return Data(Digest.sha1(Array(text.utf8))).base64EncodedString()
        }
        scenario.stage.makeCipher = { [seals] isHTTP2 in seals.cipher(isHTTP2: isHTTP2) }
        for (after, distance) in scenario.wallShifts {
            kernel.at(kernel.now + after) { [unowned self] in
                kernel.wallOffset &+= UInt64(bitPattern: distance)
            }
        }
        for (after, table) in scenario.tables {
            if after == 0 {
                publish(table)
            } else {
                kernel.at(kernel.now + after) { [unowned self] in
                    publish(table)
                }
            }
        }
        if let plan = scenario.drain {
            kernel.at(kernel.now + plan.after) { [unowned self] in drain(plan) }
        }
        for (after, distance) in scenario.jumps {
            kernel.at(kernel.now + after) { [unowned self] in
                scenario.stage.ledger.note(.jump, at: kernel.now)
                kernel.jump(distance)
                if drainsUntil != .max {
                    // The worker may learn of it only now, or that its times are over.
                    drainsUntil += distance
                    noteDrainTimes()
                }
                jumpedUntil = kernel.now + Self.second
                // Who speaks on a connection that it has ended does not know that for a while.
                scenario.stage.ledger.note(.jump, at: kernel.now + 10 * Self.second)
            }
        }
    }

    /// Tells the worker to end.
    ///
    /// It reads its clock once a turn, so what it does at a time may be a little sooner, and what it is told
    /// it does a little later. What it may do from a time on it may do for good.
    private func drain(_ plan: Scenario.Drain) {
        guard drainsUntil == .max else { return }
        let ledger = scenario.stage.ledger
        let noticing = Self.second / 100
        report.underWayAtDrain = ledger.openAsks.count { $0.sentAt != nil }
        link.mailbox.post(.drain(delay: plan.delay, time: plan.time))
        drainsUntil = kernel.now + plan.time
        kernel.at(kernel.now + noticing) { [unowned self] in ledger.note(.drain, at: kernel.now) }
        for (cause, after) in [(Ledger.Cause.deafness, plan.delay), (.drainEnd, plan.time)] {
            let time = kernel.now + after - min(after, noticing)
            drainTimes.append((time, cause))
            kernel.at(time) { [unowned self] in noteDrainTimes() }
        }
        noteDrainTimes()
    }

    /// Notes what the worker may do from now on for good.
    private func noteDrainTimes() {
        for (time, cause) in drainTimes where time <= kernel.now {
            scenario.stage.ledger.note(cause, at: .max)
        }
        drainTimes.removeAll { $0.time <= kernel.now }
    }

    private func publish(_ table: TableModel) {
        let snapshot = writer.write(table)
        scenario.stage.ledger.begin(table, at: kernel.now)
        newest.publish(
            .init(
                snapshot: snapshot,
                certificates: scenario.isSealed ? seals.certificates : .empty, policy: policy))
        link.mailbox.post(.lookAtSnapshot)
    }

    // MARK: Steps

    private func step() {
        report.steps += 1
        worker.turn()
        noteTable()
        check(kernel.offence)
        check(scenario.stage.ledger.violation)
        check(brokenInvariant())
        let ledger = scenario.stage.ledger
        let mark = ledger.asks.reduce(kernel.movedCount / 1024) {
            $0 + ($1.outcome == nil ? 0 : 1) + $1.attempts.count
        }
        if mark != lastProgress.mark || kernel.now < jumpedUntil {
            lastProgress = (mark, kernel.now)
        }
        let waiting = ledger.openAsks.filter { $0.sentAt != nil }.map(\.number)
        if kernel.isQuiet, !waiting.isEmpty {
            check("nothing will ever happen, and asks \(waiting) wait")
        }
        if !waiting.isEmpty, kernel.now > lastProgress.time + Self.patience {
            check("asks \(waiting) wait in vain")
        }
        if report.steps > Self.stepsMax { check("no end after \(report.steps) steps") }
        let drainEnd = drainsUntil == .max ? .max : max(drainsUntil, jumpedUntil) + 2 * Self.second
        if kernel.now > drainEnd, !worker.isFinished { check("the drain has no end") }
    }

    private func check(_ text: String?) {
        if report.violation == nil { report.violation = text }
    }

    /// Notes which tables are over, and has their memory freed.
    private func noteTable() {
        let version = worker.table.version
        if scenario.stage.ledger.serve(version: Int(version), at: kernel.now) {
            writer.builder.reclaim(served: version)
        }
        guard version != splitsVersion else { return }
        splitsVersion = version
        // The builder tells of the newest only.
        let isNewest = Int(version) == scenario.stage.ledger.eras.count
        splits = isNewest ? writer.builder.catalog.splits : []
    }

    // MARK: The end

    /// Lets the worker come to rest, until nothing is left but what waits for nobody.
    private func settle() {
        let until = kernel.now + 300 * Self.second
        while report.violation == nil, worker.connections.count > 0, kernel.now < until,
            !worker.isFinished
        { step() }
        guard report.violation == nil else { return }
        // At a drain's end clients may be left, whom `closeEverything` is still to cut.
        if worker.clientCount == 0 { check(leftoverOfClients()) }
        if worker.isFinished { return }
        check(leftover())
        let waiting = scenario.stage.ledger.openAsks.map(\.number)
        if !waiting.isEmpty { check("asks \(waiting) came to no end") }
    }

    private func end() {
        if drainsUntil == .max {
            drain(.init(after: 0, delay: Self.second, time: 5 * Self.second))
        }
        while report.violation == nil, !worker.isFinished { step() }
    }

    /// Lets those to whom nobody listens any more find that out.
    private func awaitClients() {
        for _ in 0..<300 where report.violation == nil && !isDone {
            kernel.pass(to: kernel.now + Self.second)
            check(scenario.stage.ledger.violation)
        }
        guard report.violation == nil else { return }
        let waiting = scenario.stage.ledger.openAsks.map(\.number)
        guard isDone, waiting.isEmpty else {
            return check("asks \(waiting) came to no end after the worker's")
        }
    }
}
