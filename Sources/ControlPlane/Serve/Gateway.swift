package import DataPlane
internal import Foundation
package import Logging
internal import Manifests
internal import NIOCore
internal import NIOPosix
internal import Reactor
internal import Routing
package import ServiceLifecycle
internal import Synchronization
internal import TLS
internal import Telemetry

/// The whole gateway: workers, and the services around them.
package struct Gateway: Sendable {
    /// The threads of the data plane.
    package let workers: WorkerGroup
    /// What is known now.
    package let board = StatusBoard()

    private let settings: Settings
    private let logger: Logger
    private let watch: ManifestWatch
    private let tickets: TicketKeys
    private let state: StateFolder?
    /// Nil where no cluster is followed.
    private let cluster: ClusterService?
    /// Nil where memory has no limit.
    private let memory: MemoryWatch?
    private let onBound: @Sendable (String, ListenAddress) -> Void

    /// Prepares a gateway; nothing runs yet, nothing is bound.
    ///
    /// `onBound` is told each listener by its setting's name, with the port that it got.
    package init(
        _ settings: Settings, logger: Logger,
        onBound: @escaping @Sendable (String, ListenAddress) -> Void
    ) throws(GatewayFault) {
        self.settings = settings
        self.logger = logger
        self.onBound = onBound
        do throws(ManifestWatch.Refusal) {
            watch = try ManifestWatch(settings.manifests)
        } catch {
            throw GatewayFault(error.description)
        }
        try settings.congestionControl.check()
        tickets = try TicketKeyFiles(settings.ticketKeyFiles).open()
        state = try settings.stateFolder.map { path throws(GatewayFault) in
            try StateFolder(path)
        }
        var parts = settings.workerSettings
        parts.tickets = tickets
        let workers = WorkerGroup(settings: parts)
        self.workers = workers
        memory = settings.memoryLimit.bytes().map {
            MemoryWatch(limit: $0, workers: workers, logger: logger)
        }
        cluster =
            settings.isKubernetes
            ? try ClusterService(
                settings, environment: ProcessInfo.processInfo.environment, status: board,
                servedVersion: { workers.servedVersion }, logger: logger) : nil
    }

    /// A logger to standard error, lines from `level` on.
    package static func logger(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "weir") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }

    /// Settles what holds for the whole process, before anything else: NIO has one thread, which is
    /// plenty for the control plane, and OpenSSL cleans nothing up at the end.
    package static func prepareProcess() {
        NIOSingletons.groupLoopCountSuggestion = 1
        OpenSSLLibrary.keepUntilExit()
    }

    /// Runs a gateway with the settings that `input` comes to, until it is told to end.
    ///
    /// Throws what keeps it from running, in lines for people.
    package static func run(
        _ input: SettingsInput, onBound: @escaping @Sendable (String, ListenAddress) -> Void
    ) async throws {
        prepareProcess()
        let (settings, notices) = try input.resolve()
        let logger = logger(settings.logLevel)
        for notice in notices { logger.notice("\(notice)") }
        guard !settings.manifests.isEmpty || settings.isKubernetes else {
            throw GatewayFault(
                "no manifests to serve, --manifests PATH or --kubernetes would be right")
        }
        try await Gateway(settings, logger: logger, onBound: onBound).run()
    }

    /// Loads the manifests, opens the listeners, and runs until the gateway is told to end.
    ///
    /// `companions` run beside it and are told to end before it.
    package func run(with companions: [any Service] = []) async throws {
        // Nil until the listeners are open.
        let names = Mutex<[String]?>(nil)
        let log = try accessLog { names.withLock { $0 ?? [] } }
        let reconciler = Reconciler(
            watch: watch, options: settings.manifestOptions,
            publisher: TablePublisher(workers, settings),
            board: board, logger: logger, state: state, cluster: cluster?.feed,
            ask: settings.nameQuery)
        let chores = Chores(
            tickets: tickets, files: TicketKeyFiles(settings.ticketKeyFiles),
            sheets: workers.reading(), logger: logger)
        let signals = await Lifetime.trapSignals()
        try probeListeners()
        workers.start()
        memory?.start()
        defer { memory?.stop() }
        let lifetime = Lifetime(
            workers: workers, board: board, plan: settings.drainPlan, signals: signals,
            logger: logger,
            onReload: { [watch] in
                watch.reload()
                log?.reopen()
                await chores.reload()
            })
        let pages = pages(reconciler, names: { names.withLock { $0 } }, log: log) {
            lifetime.beginDrain()
        }
        // Listeners open when there is something to serve: no early client gets a 404. A cluster
        // may let that wait, so the pages answer before.
        let opening = Opening(
            reconciler: reconciler, isDraining: { [board] in board.isDraining }
        ) {
            let bound = try openListeners()
            names.withLock { $0 = bound }
            if bound.contains(where: { $0.contains("https") }), !board.report.hasCertificate {
                logger.notice("TLS listeners are open, but no certificate is loaded")
            }
            log?.start()
        }
        let services: [any Service] =
            servers(pages) + (cluster.map { [$0] } ?? []) + [opening, chores, lifetime]
            + companions
        // The group ends them from the last to the first, each after the one behind it.
        let group = ServiceGroup(
            configuration: .init(
                services: services.map {
                    .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
                }, logger: logger.quiet))
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await group.run())
        } catch {
            outcome = .failure(error)
        }
        await log?.stop()
        try outcome.get()
    }

    /// The access log, opened but not started; nil where none is wanted.
    private func accessLog(
        _ listeners: @escaping @Sendable () -> [String]
    ) throws(GatewayFault) -> AccessLogWriter? {
        guard let form = settings.accessForm else { return nil }
        return try AccessLogWriter(
            form, path: settings.accessLogFile,
            sources: .init(
                rings: workers.reading().map(\.records), report: { [board] in board.report },
                listeners: listeners),
            logger: logger)
    }

    private func pages(
        _ reconciler: Reconciler, names: @escaping @Sendable () -> [String]?,
        log: AccessLogWriter?,
        drain: @escaping @Sendable () -> Void
    ) -> AdminPages {
        let settings = settings
        let workers = workers
        var desk = AdminPages.Desk(
            board: board, sheets: { workers.reading() }, build: BuildInfo(),
            explain: { request throws(ExplainRequest.Refusal) in
                try await reconciler.explain(
                    request, sheets: workers.reading(),
                    allowsUnderscores: settings.allowsUnderscores,
                    matchLimit: settings.ruleMatchLimit)
            }, drain: drain)
        desk.listeners = { names() ?? [] }
        desk.areListenersOpen = { names() != nil }
        desk.reasons = Rejection.names.map(\.description)
        desk.glitches = Glitch.names.map(\.description)
        desk.patternFaults = RegexFailure.allCases.map(\.name.description)
        desk.lostLines = { log?.lost ?? 0 }
        desk.memory = { [memory] in memory?.figures }
        desk.cluster = { [cluster] in cluster?.figures }
        return AdminPages(desk)
    }

    private struct TrafficListener {
        let name: String
        let kind: ListenerKind
        let isTLS: Bool
        let addresses: [ListenAddress]
    }

    private var trafficListeners: [TrafficListener] {
        let all: [(String, ListenerKind, Bool, [ListenAddress])] = [
            ("external-http", .external, false, settings.externalHTTP),
            ("external-https", .external, true, settings.externalHTTPS),
            ("internal-http", .internal, false, settings.internalHTTP),
            ("internal-https", .internal, true, settings.internalHTTPS),
        ]
        return all.map { TrafficListener(name: $0, kind: $1, isTLS: $2, addresses: $3) }
    }

    /// Refuses a traffic address that another process holds: workers share theirs, so that
    /// binding would not tell, and would take a running gateway's connections.
    private func probeListeners() throws(GatewayFault) {
        for listener in trafficListeners {
            for address in listener.addresses where address.port != 0 {
                let place = address.bindable
                if let fault = ListenFault.probe(
                    ip: place.ip.span, port: place.port, isDualStack: place.isDualStack)
                {
                    throw GatewayFault.listener(
                        listener.name, address, errno: fault.errno, fault.text)
                }
            }
        }
    }

    /// Binds the traffic listeners; gives their names in the order of the workers' numbers.
    private func openListeners() throws(GatewayFault) -> [String] {
        var names: [String] = []
        for wanted in trafficListeners {
            let name = wanted.name
            for address in wanted.addresses.flatMap(places) {
                let place = address.bindable
                let spec = ListenerSpec(
                    name: name, kind: wanted.kind, ip: place.ip, port: place.port,
                    isDualStack: place.isDualStack, isTLS: wanted.isTLS)
                do throws(ListenFault) {
                    for listener in try workers.adopt([spec]) {
                        // A metric's labels must be unique: the second address is `name-2`.
                        let count = names.count { $0 == name || $0.hasPrefix(name + "-") }
                        names.append(count == 0 ? name : "\(name)-\(count + 1)")
                        onBound(name, ListenAddress(ip: address.ip, port: listener.port))
                    }
                } catch {
                    throw GatewayFault.listener(name, address, errno: error.errno, error.text)
                }
            }
        }
        return names
    }

    /// Where an address for all of the machine's is opened: there, or where config-weir says.
    private func places(of address: ListenAddress) -> [ListenAddress] {
        let listed = board.report.compilation?.gatewayMap.listenAddresses ?? []
        guard address.ip == nil, !listed.isEmpty else { return [address] }
        return listed.map { ListenAddress(ip: $0, port: address.port) }
    }

    /// The thread of the pages, for good: what their last connections still have to do would find a loop
    /// that was shut down.
    ///
    /// Not that of the calls to the API server: pages that many ask for delay no Lease.
    private static let pageLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private func servers(_ pages: AdminPages) -> [PageServer] {
        let wanted: [(String, AdminPages.Audience, [ListenAddress])] = [
            ("status", .everybody, settings.status), ("admin", .operators, settings.admin),
        ]
        return wanted.flatMap { name, audience, addresses in
            addresses.map {
                PageServer(
                    setting: name, address: $0, audience: audience, pages: pages,
                    loops: Self.pageLoops,
                    logger: logger, onBound: onBound)
            }
        }
    }
}
