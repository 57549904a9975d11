import Routing

/// All loaded files, and what they compile to.
///
/// A value; does no I/O: the caller reads files.
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
    private var programs = ProgramTable()
    private var destinations = DestinationTable()
    private var readers: [Topic: Set<Reader>] = [:]
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

    /// Compiles what changed, and returns the whole.
    package mutating func compile() -> Compilation {
        if changed.contains(.platform) { updatePlatform() }
        var stale: Set<DestinationKey> = []
        var programKeys: Set<ObjectKey> = []
        for topic in changed {
            if let key = topic.program { programKeys.insert(key) }
            for reader in readers[topic] ?? [] {
                switch reader {
                case .program(let key): programKeys.insert(key)
                case .destinations(let key): stale.insert(key)
                }
            }
        }
        changed = []
        stale.formUnion(compilePrograms(programKeys))
        for key in stale where destinations.contains(key) { findDestinations(key) }
        return compilation()
    }

    /// Returns the destination sets that must be found again.
    private mutating func compilePrograms(_ keys: Set<ObjectKey>) -> Set<DestinationKey> {
        var changes: [ObjectKey: Program?] = [:]
        var stale: Set<DestinationKey> = []
        var released: Set<DestinationKey> = []
        for key in keys {
            let old = programs.byKey[key]
            var lookup = Lookup(index, platform)
            let new =
                key.kind == .ingress
                ? IngressProgram.make(key, options, &lookup)
                : RouteProgram.make(key, old, &lookup)
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
            // A share that is no longer the last good one loses what was only kept for it.
            stale.formUnion(old?.keptKeys ?? [])
        }
        for key in released {
            let topics = destinations.topics(of: key)
            if destinations.dropUnused(key) { unsubscribe(.destinations(key), from: topics) }
        }
        programs.replace(changes)
        return stale
    }

    private mutating func findDestinations(_ key: DestinationKey) {
        var lookup = Lookup(index, platform)
        let found = DestinationCompiler.find(key, &lookup)
        unsubscribe(.destinations(key), from: destinations.topics(of: key))
        subscribe(.destinations(key), to: lookup.topics)
        destinations.set(found, lookup.topics)
    }

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
        platform = Platform(options)
        for name in PlatformContent.names {
            let key = ObjectKey(.configMap, options.systemNamespace, name)
            guard case .platform(let content)? = index.object(key)?.content else { continue }
            switch content {
            case .domains(let domains): platform.domains = domains
            case .network(let network): platform.network = network
            case .features(let features): platform.features = features
            }
        }
    }

    private func compilation() -> Compilation {
        Compilation(
            routes: programs.ranked.compactMap(\.source), destinations: destinations.sources,
            files: Dictionary(
                uniqueKeysWithValues: spoken.compactMap { file in
                    files[file].map { (file, $0) }
                }), skipped: skipped, index: index, programs: programs, table: destinations)
    }
}

extension Topic {
    /// The program that an object makes by itself.
    fileprivate var program: ObjectKey? {
        guard case .object(let key) = self else { return nil }
        switch key.kind {
        case .route, .service: return ObjectKey(.route, key.namespace, key.name)
        case .ingress: return key
        default: return nil
        }
    }
}
