internal import Manifests

/// Folds what sources tell into changes for the reconciler and facts for the status writer.
///
/// A value without clock or tasks. Keeps no texts beyond the changes that nobody took yet.
struct ClusterFold: Sendable {
    /// ConfigMaps that concern us by their names.
    private static let platformNames: Set = ["config-network", "config-weir"]

    private struct Held: Sendable {
        var digest: Int?
        var version: String
        /// How many sources have it.
        var holders = 0
    }

    private let ingressClass: String
    private var files: [String: Held] = [:]
    private var holdings: [ClusterSource: Set<String>] = [:]
    private var factsByName: [NamespacedPair: IngressFacts] = [:]
    private var foreign = ForeignIngresses()
    private var changes = ClusterChanges()
    private var changedFacts: Set<NamespacedPair> = []
    private var seen = ClusterVersions()
    private var reached = ClusterVersions()
    /// The latest version of what a source has listed, until it says how far that list goes.
    private var listed: [ClusterSource: UInt64] = [:]
    /// Versions went on since they were taken.
    private var hasProgress = false

    init(ingressClass: String) { self.ingressClass = ingressClass }

    // MARK: What sources tell

    /// Takes an event; faults are no matter of its.
    mutating func take(_ event: ClusterEvent, from source: ClusterSource) {
        switch event {
        case .listed(let objects):
            for object in objects { see(object, source) }
            listed[source] = objects.compactMap { UInt64($0.resourceVersion) }.max() ?? 0
            list(objects, source)
        case .changed(let object):
            see(object, source)
            put(object, source)
        case .reached(let version):
            if case .always(let scope) = source { reach(version, scope.resource, source) }
        case .gone(let namespace, let name):
            let pair = NamespacedPair(namespace, name)
            foreignLeft(pair, source)
            release(ClusterFile.name(source.scope.resource, pair), source)
        case .failing, .recovered: break
        }
    }

    /// A list is as new as its question: one that ends earlier than what was told before is that of
    /// a cluster that was restored.
    private mutating func reach(
        _ version: String, _ resource: APIResource, _ source: ClusterSource
    ) {
        let old = reached
        if let newest = listed.removeValue(forKey: source), let end = UInt64(version),
            let before = reached[resource], end < before
        {
            reached[resource] = end
            seen[resource] = newest
        } else {
            reached.advance(resource, to: version)
        }
        if reached != old { hasProgress = true }
    }

    private mutating func see(_ object: ClusterObject, _ source: ClusterSource) {
        guard case .always = source else { return }
        seen.advance(object.resource, to: object.resourceVersion)
    }

    /// Counts a source's object as there until the source tells: what another one had of it stays
    /// meanwhile.
    mutating func presume(_ source: ClusterSource) {
        guard let pair = source.pair else { return }
        hold(ClusterFile.name(source.scope.resource, pair), source)
    }

    /// Forgets a source, and what nobody else has.
    mutating func drop(_ source: ClusterSource) {
        for file in holdings[source] ?? [] { release(file, source) }
        holdings[source] = nil
        listed[source] = nil
    }

    /// Whether a source has this object.
    func has(_ pair: NamespacedPair, _ source: ClusterSource) -> Bool {
        holdings[source]?.contains(ClusterFile.name(source.scope.resource, pair)) ?? false
    }

    // MARK: What is taken

    mutating func takeChanges() -> ClusterChanges {
        defer {
            changes = ClusterChanges()
            hasProgress = false
        }
        changes.seen = seen
        changes.reached = reached
        return changes
    }

    mutating func takeNotices() -> [ClusterNotice] {
        defer { changes.notices = [] }
        return changes.notices
    }

    mutating func takeChangedFacts() -> Set<NamespacedPair> {
        defer { changedFacts = [] }
        return changedFacts
    }

    mutating func tell(_ notices: [ClusterNotice]) { changes.notices += notices }

    var hasChanges: Bool { !changes.isEmpty || hasProgress }
    var hasChangedFacts: Bool { !changedFacts.isEmpty }
    var facts: [NamespacedPair: IngressFacts] { factsByName }
    var foreignCounts: [String: Int] { foreign.counts }

    // MARK: Objects

    private mutating func list(_ objects: [ClusterObject], _ source: ClusterSource) {
        if source.scope.resource == .ingresses {
            foreign.keep(Set(objects.map(\.pair)))
        }
        let resource = source.scope.resource
        let there = Set(objects.map { ClusterFile.name(resource, $0.pair) })
        for file in (holdings[source] ?? []).subtracting(there) { release(file, source) }
        for object in objects { put(object, source) }
    }

    private mutating func put(_ object: ClusterObject, _ source: ClusterSource) {
        let file = ClusterFile.name(object.resource, object.pair)
        guard concerns(object) else {
            if object.resource == .ingresses {
                foreign.put(object.pair, class: object.ingressClass ?? "")
            }
            return release(file, source)
        }
        foreignLeft(object.pair, source)
        hold(file, source)
        guard var held = files[file] else { return }
        // Two sources have it, and this one is behind.
        if held.holders > 1, VersionOrder.isOlder(object.resourceVersion, than: held.version) {
            return
        }
        let isNew = held.digest != object.digest
        held.digest = object.digest
        held.version = object.resourceVersion
        files[file] = held
        if object.resource == .ingresses { note(object) }
        if isNew { changes.load(file, object.text) }
    }

    /// Keeps the facts of one of our Ingresses.
    private mutating func note(_ object: ClusterObject) {
        let facts = IngressFacts(object)
        if factsByName.updateValue(facts, forKey: object.pair) != facts {
            changedFacts.insert(object.pair)
        }
    }

    private func concerns(_ object: ClusterObject) -> Bool {
        switch object.resource {
        case .ingresses: object.ingressClass == ingressClass
        case .configMaps: object.isTrustBundle || Self.platformNames.contains(object.name)
        default: true
        }
    }

    private mutating func foreignLeft(_ pair: NamespacedPair, _ source: ClusterSource) {
        if source.scope.resource == .ingresses { foreign.remove(pair) }
    }

    // MARK: Holders

    private mutating func hold(_ file: String, _ source: ClusterSource) {
        if holdings[source, default: []].insert(file).inserted {
            files[file, default: Held(digest: nil, version: "")].holders += 1
        }
    }

    private mutating func release(_ file: String, _ source: ClusterSource) {
        guard holdings[source]?.remove(file) != nil, var held = files[file] else { return }
        held.holders -= 1
        guard held.holders == 0 else {
            files[file] = held
            return
        }
        files[file] = nil
        if held.digest != nil { changes.vanish(file) }
        guard source.scope.resource == .ingresses else { return }
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return }
        let pair = NamespacedPair(String(parts[2]), String(parts[3]))
        if factsByName.removeValue(forKey: pair) != nil { changedFacts.insert(pair) }
    }
}
