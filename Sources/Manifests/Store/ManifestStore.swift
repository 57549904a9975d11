package import Routing

/// All loaded files, and what they compile to.
///
/// A value; does no I/O: the caller reads files, resolves names and tells the time.
///
/// A change costs what it touches: parsed files are kept, and a Route is compiled again only
/// when an object that it looked at has changed.
package struct ManifestStore: Sendable {
    private let options: ManifestOptions
    private var files: [String: FileState] = [:]
    /// Files with faults or notices only.
    private var spoken: Set<String> = []
    /// For each kind that is not read: the files that have it, with a line.
    private var skipped: [String: [String: Int]] = [:]
    private var index = ObjectIndex()
    private var platform: Platform
    private var platformNumber = 0
    private var programs = ProgramTable()
    private var destinations = DestinationTable()
    private var certificates = CertificatePlan()
    private var trust = TrustPlan()
    /// Counts how often certificates or trust may have changed.
    private var certificatesNumber = 0
    private var rollouts = RolloutTable()
    /// Ingresses whose newest version waits, with the end of that.
    private var holds: [ObjectKey: Int64] = [:]
    /// Addresses of the names that ExternalName Services are.
    private var names: [String: [[UInt8]]] = [:]
    private var readers: [Topic: Set<Reader>] = [:]
    /// Compiled since `takeChange`, and how all was then.
    private var untold: Set<ObjectKey> = []
    private var toldPrograms = ProgramTable()
    private var toldDestinations = DestinationTable()
    /// Changed since the last compilation.
    private var changed: Set<Topic> = []

    /// Who must be compiled again when a topic changes.
    private enum Reader: Hashable {
        case program(ObjectKey)
        case destinations(DestinationKey)
    }

    package init(options: ManifestOptions = ManifestOptions()) {
        self.options = options
        platform = Platform(options)
    }

    // MARK: Files

    /// Takes a file's text: YAML or JSON, several documents, lists.
    ///
    /// What is wrong in it keeps its last good version, and stands in the next compilation's
    /// faults.
    package mutating func load(file: String, text: String) {
        var state = files[file] ?? FileState()
        let old = state.objects
        state.read(text, file: file, options)
        replace(file, old, by: state)
    }

    /// Forgets a file and its objects.
    package mutating func remove(file: String) {
        guard let state = files[file] else { return }
        replace(file, state.objects, by: nil)
    }

    private mutating func replace(
        _ file: String, _ old: [ManifestObject], by state: FileState?
    ) {
        for kind in files[file]?.skipped.keys.map({ $0 }) ?? [] {
            skipped[kind]?[file] = nil
            if skipped[kind]?.isEmpty == true { skipped[kind] = nil }
        }
        files[file] = state
        for (kind, line) in state?.skipped ?? [:] { skipped[kind, default: [:]][file] = line }
        if let state, !state.faults.isEmpty || !state.notices.isEmpty {
            spoken.insert(file)
        } else {
            spoken.remove(file)
        }
        changed.formUnion(index.replace(old, by: state?.objects ?? [], of: file))
    }

    // MARK: Names

    /// Says where a name of `Compilation.names` is: addresses of 4 or 16 bytes, none for none.
    ///
    /// A caller whose query fails says nothing, so that the last good answer stays. Names that
    /// nothing asks for are not kept.
    package mutating func setAddresses(ofName name: String, _ ips: [[UInt8]]) {
        guard destinations.names[name] != nil, names[name] != ips else { return }
        names[name] = ips.filter { $0.count == 4 || $0.count == 16 }
        changed.insert(.name(name))
    }

    // MARK: Rollouts

    /// Takes back what `Compilation.rollouts` once said, before the first compilation.
    package mutating func restore(rollouts texts: [String: String]) {
        rollouts.restore(texts)
    }

    /// What is to be kept over restarts, as `Compilation.rollouts`, but as of now.
    package var keptRollouts: [String: String] { rollouts.texts }

    /// The last compilation is live on every worker since `now`, nanoseconds since 1970.
    ///
    /// A rollout's pace follows from it; gives the time of the next step of any, nil for none.
    @discardableResult package mutating func served(at now: Int64) -> Int64? {
        for key in rollouts.observe(servedAt: now) { changed.insert(.object(key)) }
        return rollouts.nextStepAt
    }

    // MARK: Compiling

    /// Compiles what changed, and returns the whole.
    ///
    /// `now` is in nanoseconds since 1970; without it, new revisions take over at once.
    package mutating func compile(at now: Int64? = nil) -> Compilation {
        let before = programs
        if changed.contains(.platform) { updatePlatform() }
        if changed.contains(.trust) {
            trust.update(index)
            destinations.follow(trust: trust.number)
        }
        let isTrustChanged = changed.contains(.platform) || changed.contains(.trust)
        var stale: Set<DestinationKey> = []
        var programKeys: Set<ObjectKey> = now.map(rollouts.due) ?? []
        if let now { programKeys.formUnion(holds.filter { $0.value <= now }.keys) }
        for topic in changed {
            if let key = topic.program { programKeys.insert(key) }
            for reader in readers[topic] ?? [] {
                switch reader {
                case .program(let key): programKeys.insert(key)
                case .destinations(let key): stale.insert(key)
                }
            }
        }
        let isSecretChanged = changed.contains { topic in
            if case .object(let key) = topic { key.kind == .secret } else { false }
        }
        changed = []
        stale.formUnion(compilePrograms(programKeys, at: now))
        for key in stale where destinations.contains(key) { findDestinations(key) }
        for name in names.keys where destinations.names[name] == nil { names[name] = nil }
        if isSecretChanged || programs.changesCertificates(programKeys, since: before) {
            certificates = CertificatePlan(index, programs)
            certificatesNumber += 1
        } else if isTrustChanged {
            certificatesNumber += 1
        }
        untold.formUnion(programKeys)
        return compilation()
    }

    /// What differs between the last compilation and the one that this was asked for last, or
    /// nothing: what a table that follows them must take in.
    package mutating func takeChange() -> TableChange {
        var change = TableChange()
        programs.addChange(of: untold, since: toldPrograms, into: &change)
        destinations.takeChange(since: toldDestinations, into: &change)
        untold = []
        toldPrograms = programs
        toldDestinations = destinations
        return change
    }

    /// Returns the destination sets that must be found again.
    private mutating func compilePrograms(
        _ keys: Set<ObjectKey>, at now: Int64?
    ) -> Set<DestinationKey> {
        var changes: [ObjectKey: Program?] = [:]
        var stale: Set<DestinationKey> = []
        var released: Set<DestinationKey> = []
        for key in keys {
            let old = programs.byKey[key]
            let new = make(key, old, at: now)
            changes[key] = .some(new)
            if let old {
                destinations.remove(old)
                released.formUnion(old.destinationKeys)
                unsubscribe(.program(key), from: old.topics)
            }
            if let new {
                stale.formUnion(destinations.add(new))
                subscribe(.program(key), to: new.topics)
            }
            rollouts.set(new?.output.rollout, of: key)
            holds[key] = new?.output.hold?.until
            stale.formUnion(readers(ofPlaceholdersOf: old, new))
            // A share that is no longer the last good one loses what was only kept for it.
            stale.formUnion(old?.output.keptKeys ?? [])
        }
        for key in released {
            let topics = destinations.topics(of: key)
            if destinations.dropUnused(key) { unsubscribe(.destinations(key), from: topics) }
        }
        programs.replace(changes)
        return stale
    }

    private func make(_ key: ObjectKey, _ old: Program?, at now: Int64?) -> Program? {
        var lookup = lookup
        switch key.kind {
        case .ingress: return IngressProgram.make(key, old, at: now, &lookup)
        case .domainMapping: return DomainMappingProgram.make(key, old, &lookup)
        default:
            let input = RolloutShares.Input(previous: rollouts[key], now: now)
            return RouteProgram.make(key, old, input, &lookup)
        }
    }

    /// Destination sets that asked for a placeholder Service which came or went.
    private func readers(
        ofPlaceholdersOf old: Program?, _ new: Program?
    ) -> Set<DestinationKey> {
        let changed = Set(old?.placeholderNames ?? [])
            .symmetricDifference(new?.placeholderNames ?? [])
        var keys: Set<DestinationKey> = []
        for reader in changed.flatMap({ readers[.placeholder($0)] ?? [] }) {
            if case .destinations(let key) = reader { keys.insert(key) }
        }
        return keys
    }

    private mutating func findDestinations(_ key: DestinationKey) {
        var lookup = lookup
        let found = DestinationCompiler.find(key, &lookup)
        unsubscribe(.destinations(key), from: destinations.topics(of: key))
        subscribe(.destinations(key), to: lookup.topics)
        destinations.set(found, lookup.topics)
    }

    private var lookup: Lookup { Lookup(index, programs, names, trust.bundle, platform, options) }

    private mutating func subscribe(_ reader: Reader, to topics: Set<Topic>) {
        for topic in topics { readers[topic, default: []].insert(reader) }
    }

    private mutating func unsubscribe(_ reader: Reader, from topics: Set<Topic>) {
        for topic in topics {
            readers[topic]?.remove(reader)
            if readers[topic]?.isEmpty == true { readers[topic] = nil }
        }
    }

    private mutating func updatePlatform() {
        platformNumber += 1
        platform = Platform(options)
        for name in PlatformContent.names {
            let key = ObjectKey(.configMap, options.systemNamespace, name)
            guard case .platform(let content)? = index.object(key)?.content else { continue }
            switch content {
            case .domains(let domains): platform.domains = domains
            case .network(let network): platform.network = network
            case .features(let features): platform.features = features
            case .gateway(let gateway): platform.gateway = gateway
            }
        }
    }

    private func compilation() -> Compilation {
        Compilation(
            certificatesNumber: certificatesNumber,
            files: Dictionary(
                uniqueKeysWithValues: spoken.compactMap { file in
                    files[file].map { (file, $0) }
                }), skipped: skipped, index: index, programs: programs, table: destinations,
            plan: certificates, trust: trust, rolloutTable: rollouts,
            nextHoldAt: holds.values.min(),
            platform: platform, platformNumber: platformNumber, options: options)
    }
}
