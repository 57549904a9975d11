package import Routing

/// All loaded files, and what they compile to.
///
/// A value; does no I/O: the caller reads files, resolves names and tells the time.
///
/// A change costs what it touches: parsed files are kept, and a Route is compiled again only
/// when an object that it looked at has changed.
package struct ManifestStore: Sendable {
    private let options: ManifestOptions
    private let crew: Crew
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
    private var readers = ReaderTable()
    /// Compiled since `takeChange`, and how all was then.
    private var untold = Ordered<ObjectKey>()
    private var toldPrograms = ProgramTable()
    private var toldDestinations = DestinationTable()
    /// Changed since the last compilation, some more than once, in the order of files and objects as
    /// far as may be: what is in order of rank nearly is soon sorted.
    private var changed: [Topic] = []

    package init(options: ManifestOptions = ManifestOptions(), crew: Crew = .alone) {
        self.options = options
        self.crew = crew
        platform = Platform(options)
    }

    // MARK: Files

    /// Takes a file's text: YAML or JSON, several documents, lists.
    ///
    /// What is wrong in it keeps its last good version, and stands in the next compilation's
    /// faults.
    package mutating func load(file: String, text: String) {
        take(reader(of: file).parsed(text))
    }

    /// Reads texts of one file, on any thread, beside what was taken of it last.
    package struct FileReader: Sendable {
        fileprivate let file: String
        fileprivate let state: FileState
        fileprivate let options: ManifestOptions

        /// Any thread.
        package func parsed(_ text: String) -> Parsed {
            var state = state
            state.read(text, file: file, options)
            return Parsed(file: file, state: state)
        }
    }

    /// A file's text, read but not taken yet.
    package struct Parsed: Sendable {
        fileprivate let file: String
        fileprivate let state: FileState
    }

    /// For a text of that file, as long as nothing else is taken of it.
    package func reader(of file: String) -> FileReader {
        FileReader(file: file, state: files[file] ?? FileState(), options: options)
    }

    /// Takes what was read since the file was taken last.
    package mutating func take(_ parsed: Parsed) {
        replace(parsed.file, files[parsed.file]?.objects ?? [], by: parsed.state)
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
        index.replace(old, by: state?.objects ?? [], of: file, &changed)
    }

    // MARK: Names

    /// Says where a name of `Compilation.names` is: addresses of 4 or 16 bytes, none for none.
    ///
    /// A caller whose query fails says nothing, so that the last good answer stays. Names that
    /// nothing asks for are not kept.
    package mutating func setAddresses(ofName name: String, _ ips: [[UInt8]]) {
        guard destinations.names[name] != nil, names[name] != ips else { return }
        names[name] = ips.filter { $0.count == 4 || $0.count == 16 }
        changed.append(.name(name))
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
        for key in rollouts.observe(servedAt: now) { changed.append(.object(key)) }
        return rollouts.nextStepAt
    }

    // MARK: Compiling

    /// Compiles what changed, and returns the whole.
    ///
    /// `now` is in nanoseconds since 1970; without it, new revisions take over at once.
    package mutating func compile(at now: Int64? = nil) -> Compilation {
        let before = programs
        let common = CommonChanges(changed)
        if common.isPlatform { updatePlatform() }
        if common.isTrust {
            trust.update(index)
            destinations.follow(trust: trust.number)
        }
        var stale = Ordered<DestinationKey>()
        var programKeys = Ordered<ObjectKey>()
        if let now { programKeys.formUnion(rollouts.due(now)) }
        if let now { programKeys.formUnion(holds.filter { $0.value <= now }.keys) }
        // A first load has none.
        let hasReaders = !readers.isEmpty
        for topic in changed {
            if let key = topic.program { programKeys.insert(key) }
            guard hasReaders else { continue }
            for reader in readers.readers(of: topic) {
                switch reader {
                case .program(let key): programKeys.insert(key)
                case .destinations(let key): stale.insert(key)
                }
            }
        }
        changed = []
        compilePrograms(programKeys.list, at: now, &stale)
        programs.endPass()
        findDestinations(stale.list)
        for name in names.keys where destinations.names[name] == nil { names[name] = nil }
        if common.isSecret || programs.changesCertificates(programKeys.list, since: before) {
            certificates = CertificatePlan(index, programs)
            certificatesNumber += 1
        } else if common.isPlatform || common.isTrust {
            certificatesNumber += 1
        }
        untold.formUnion(programKeys)
        return compilation()
    }

    /// What changed that many look at.
    private struct CommonChanges {
        var isPlatform = false
        var isTrust = false
        var isSecret = false

        init(_ topics: [Topic]) {
            for topic in topics {
                switch topic {
                case .platform: isPlatform = true
                case .trust: isTrust = true
                case .object(let key): isSecret = isSecret || key.kind == .secret
                default: break
                }
            }
        }
    }

    /// What differs between the last compilation and the one that this was asked for last, or
    /// nothing: what a table that follows them must take in.
    package mutating func takeChange() -> TableChange {
        let (programs, oldPrograms, keys) = (programs, toldPrograms, untold.list)
        let (destinations, oldDestinations) = (destinations, toldDestinations)
        let crew = keys.count > Crew.partSize ? crew : .alone
        var change = TableChange()
        crew.map([true, false], partSize: 1) { isOfRoutes in
            var half = TableChange()
            if isOfRoutes {
                programs.addChange(of: keys, since: oldPrograms, into: &half)
            } else {
                destinations.addChange(since: oldDestinations, into: &half)
            }
            return half
        } taking: { isOfRoutes, half in
            if isOfRoutes {
                change.routes = half.routes
                change.routesRemoved = half.routesRemoved
            } else {
                change.destinations = half.destinations
                change.destinationsRemoved = half.destinationsRemoved
            }
        }
        self.destinations.forgetTouched()
        untold = Ordered()
        toldPrograms = programs
        toldDestinations = self.destinations
        return change
    }

    /// Programs and destination sets that are done together: what many leave behind for a while
    /// would be more than what they keep.
    private static let batchSize = 4096

    /// Adds the destination sets that must be found again.
    private mutating func compilePrograms(
        _ keys: [ObjectKey], at now: Int64?, _ stale: inout Ordered<DestinationKey>
    ) {
        var released = Ordered<DestinationKey>()
        let (crew, context) = (crew, lookupContext)
        for batch in keys.batches(of: Self.batchSize) {
            crew.map(batch.map { job($0, at: now) }) { job in
                var lookup = Lookup(context, reader: job.reader)
                let program = job.program(&lookup)
                return Made(program, lookup.compiled)
            } taking: { job, made in
                take(made, of: job, &stale, &released)
            }
        }
        for key in released.list {
            let topics = destinations.topics(of: key)
            if destinations.dropUnused(key), let topics {
                readers.unsubscribe(topics)
                readers.remove(topics.reader)
            }
        }
    }

    private mutating func job(_ key: ObjectKey, at now: Int64?) -> Job {
        let old = programs.byKey[key]
        return Job(
            key: key, old: old, rollout: rollouts[key] ?? old?.output.rollout, now: now,
            reader: old?.topics.reader ?? readers.add(.program(key)))
    }

    /// Puts a program in place of an older one.
    private mutating func take(
        _ made: Made, of job: Job, _ stale: inout Ordered<DestinationKey>,
        _ released: inout Ordered<DestinationKey>
    ) {
        let (key, old, new) = (job.key, job.old, made.program)
        if let old {
            let sets = old.destinationKeys
            destinations.remove(old, sets)
            released.formUnion(sets)
            readers.unsubscribe(old.topics)
            // A share that is no longer the last good one loses what was only kept for it.
            stale.formUnion(old.output.keptKeys)
        }
        if let new {
            destinations.add(new, made.destinationKeys) { stale.insert($0) }
            readers.subscribe(new.topics)
        } else {
            readers.remove(job.reader)
        }
        rollouts.set(new?.output.rollout, of: key)
        let hold = new?.output.hold?.until
        if hold != nil || !holds.isEmpty { holds[key] = hold }
        for key in readers(ofPlaceholdersOf: old, new) { stale.insert(key) }
        programs.replace(key, old, by: made)
    }

    /// One program to be made, with all that its making needs beside the context.
    private struct Job: Sendable {
        let key: ObjectKey
        let old: Program?
        let rollout: Rollout?
        let now: Int64?
        let reader: UInt32

        func program(_ lookup: inout Lookup) -> Program? {
            switch key.kind {
            case .ingress: return IngressProgram.make(key, old, at: now, &lookup)
            case .domainMapping: return DomainMappingProgram.make(key, old, &lookup)
            default:
                let input = RolloutShares.Input(previous: rollout, now: now)
                return RouteProgram.make(key, old, input, &lookup)
            }
        }
    }

    /// A program with what else is in its route.
    struct Made: Sendable {
        let program: Program?
        /// Of the hosts that it wants.
        private(set) var claimHashes: [Int] = []
        private(set) var destinationKeys: [DestinationKey] = []

        /// What is in force may be older than what was compiled.
        init(_ program: Program?, _ compiled: (source: RouteSource, packed: PackedRoute)?) {
            self.program = program
            guard let route = program?.route else { return }
            let source =
                if let compiled, compiled.packed == route { compiled.source } else { route.source }
            claimHashes = source.claims.map(OwnerTable.hash)
            destinationKeys = source.destinationKeys
        }
    }

    /// Destination sets that asked for a placeholder Service which came or went.
    private func readers(ofPlaceholdersOf old: Program?, _ new: Program?) -> [DestinationKey] {
        let before = old?.placeholders ?? []
        let after = new?.placeholders ?? []
        guard before != after, let namespace = (new ?? old)?.key.namespace else { return [] }
        let changed =
            before.isEmpty ? after : Array(Set(before).symmetricDifference(after))
        return changed.flatMap { name in
            let topic = Topic.placeholder(NamespacedName(namespace: namespace, name: name))
            return readers.readers(of: topic).compactMap { reader in
                if case .destinations(let key) = reader { key } else { nil }
            }
        }
    }

    private mutating func findDestinations(_ stale: [DestinationKey]) {
        let (crew, context) = (crew, lookupContext)
        for batch in stale.filter(destinations.contains).batches(of: Self.batchSize) {
            let jobs = batch.map { key in
                let old = destinations.topics(of: key)
                if let old { readers.unsubscribe(old) }
                return (key: key, reader: old?.reader ?? readers.add(.destinations(key)))
            }
            crew.map(jobs) { key, reader in
                var lookup = Lookup(context, reader: reader)
                let found = DestinationCompiler.find(key, &lookup)
                return (found: found, topics: lookup.topics.sealed())
            } taking: { _, made in
                readers.subscribe(made.topics)
                destinations.set(made.found, made.topics)
            }
        }
    }

    private var lookupContext: LookupContext {
        LookupContext(index, programs, names, trust.bundle, platform, options)
    }

    private mutating func updatePlatform() {
        platformNumber += 1
        platform = Platform(
            options,
            PlatformContent.names.compactMap { name in
                let key = ObjectKey(.configMap, options.systemNamespace, name)
                guard case .platform(let content)? = index.object(key)?.content else { return nil }
                return content
            })
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

extension Array {
    fileprivate func batches(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
