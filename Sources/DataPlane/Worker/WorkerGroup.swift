import HTTP
package import Reactor
package import Routing
internal import Synchronization
package import TLS
package import Telemetry

/// All workers: the control plane's only door to the data plane.
///
/// Five verbs: publish a snapshot, take a reading, adopt listeners, shed, drain. Any thread may call.
package final class WorkerGroup: Sendable {
    private let settings: WorkerSettings
    private let newest: NewestSnapshot
    private let links: [GroupLink]
    private let sheets: [TallySheet]
    private let listenerCount = Atomic<Int>(0)

    /// Prepares the workers; `start` runs them.
    package init(settings: WorkerSettings) {
        precondition(settings.workers >= 1)
        self.settings = settings
        let newest = NewestSnapshot(policy: settings.policy)
        self.newest = newest
        links = (0..<settings.workers).map { _ in GroupLink(newest: newest) }
        sheets = (0..<settings.workers).map { _ in TallySheet(buckets: settings.buckets) }
    }

    /// Starts one thread per worker and raises the process's limit of descriptors.
    package func start() {
        let descriptors = SystemLimits.raiseDescriptors()
        let share = (descriptors - Limits.descriptorsKept) / settings.workers
        let connectionsMax = min(max(share, Limits.connectionsMin), Limits.connectionsMax)
        for (index, link) in links.enumerated() {
            let settings = settings
            let sheet = sheets[index]
            let isStarted = Thread.start(named: "worker-\(index)") {
                Self.run(settings, link, sheet, connectionsMax)
                link.end()
            }
            precondition(isStarted, "the system refuses a thread")
        }
    }

    /// A worker's whole life: when this returns it is gone, with all that it alone held.
    private static func run(
        _ settings: WorkerSettings, _ link: GroupLink, _ sheet: TallySheet, _ connectionsMax: Int
    ) {
        var worker = Worker(
            settings: settings, group: link, tally: sheet, connectionsMax: connectionsMax)
        worker.run()
    }

    // MARK: Publish

    /// Makes a snapshot, its certificates and a policy live from each worker's next turn on.
    ///
    /// Without a policy that of the settings holds.
    package func publish(
        _ snapshot: Snapshot, certificates: CertificateSet = .empty, policy: TrafficPolicy? = nil
    ) {
        newest.publish(
            .init(
                snapshot: snapshot, certificates: certificates, policy: policy ?? settings.policy))
        for link in links { link.mailbox.post(.lookAtSnapshot) }
    }

    /// The version that every worker serves; 0 before the first.
    package var servedVersion: UInt64 { sheets.map(\.servedVersion).min() ?? 0 }

    // MARK: Read

    /// Each worker's numbers, live.
    package func reading() -> [TallySheet] { sheets }

    /// Client connections open now, as of each worker's last turn.
    package var openConnections: Int { links.map(\.openConnections).reduce(0, +) }

    // MARK: Listen

    /// Binds the listeners, one socket for each worker, and has them accept.
    ///
    /// Port 0 is the kernel's choice, the same for all workers. Throws when an address cannot be
    /// had; those bound before it in the list stay.
    package func adopt(_ listeners: [ListenerSpec]) throws(ListenFault) -> [BoundListener] {
        var bound: [BoundListener] = []
        for listener in listeners {
            let index = listenerCount.add(1, ordering: .relaxed).oldValue
            var address = SocketAddress(ip: listener.ip.span, port: listener.port)
            for link in links {
                let socket = try ListeningSocket(
                    address: address, dualStack: listener.isDualStack,
                    backlog: Limits.backlog, options: settings.socketOptions)
                address = socket.address
                link.mailbox.post(
                    .listen(
                        descriptor: socket.release(), address: address, kind: listener.kind,
                        isTLS: listener.isTLS, index: index))
            }
            bound.append(
                BoundListener(
                    name: listener.name, ip: listener.ip, port: address.port, index: index))
        }
        return bound
    }

    // MARK: Shed

    /// Has the workers do without from their next turn on, until something else is said.
    ///
    /// Each call makes them give back spare memory once; a call again does so again.
    package func shed(_ what: Shedding) {
        for link in links { link.mailbox.post(.shed(what)) }
    }

    // MARK: Drain

    /// Begins the end, and returns at once; `isStopped` tells when it is over.
    package func drain(_ plan: DrainPlan) {
        for link in links { link.mailbox.post(.drain(delay: plan.delay, time: plan.time)) }
    }

    /// Cuts every connection and ends the workers.
    package func cut() {
        for link in links { link.mailbox.post(.cut) }
    }

    /// Whether all workers have ended.
    package var isStopped: Bool { links.allSatisfy(\.isEnded) }
}
