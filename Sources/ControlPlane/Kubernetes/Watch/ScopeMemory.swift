/// What a reflector knows of its scope: names and versions, no texts.
struct ScopeMemory: Sendable {
    /// What an event means for who is told.
    enum Meaning: Sendable {
        case news(ClusterEvent)
        case nothing
        /// The watch contradicts what was listed, or itself.
        case lie(String)
    }

    private let scope: WatchScope
    private var versions: [NamespacedPair: String] = [:]
    /// Where to watch on from; nil when all has to be listed first.
    private(set) var version: String?

    init(_ scope: WatchScope) { self.scope = scope }

    /// Takes what there is now in place of what was.
    mutating func list(_ objects: [ClusterObject], version: String) {
        versions = Dictionary(
            objects.map { ($0.pair, $0.resourceVersion) }, uniquingKeysWith: { $1 })
        self.version = version
    }

    /// Has all be listed before the next watch.
    mutating func forget() { version = nil }

    /// Takes an event.
    mutating func take(_ event: WatchEvent) -> Meaning {
        switch event {
        case .put(let object):
            guard scope.holds(object) else { return .lie("an object that was not asked for") }
            if versions[object.pair] == object.resourceVersion { return .nothing }
            if isOld(object) { return .lie("an old version of \(object.pair)") }
            versions[object.pair] = object.resourceVersion
            version = object.resourceVersion
            return .news(.changed(object))
        case .gone(let object):
            if isOld(object) { return .lie("the end of an old version of \(object.pair)") }
            guard versions.removeValue(forKey: object.pair) != nil else {
                // Twice the same is no contradiction.
                if object.resourceVersion == version { return .nothing }
                return .lie("the end of \(object.pair), which was not there")
            }
            version = object.resourceVersion
            return .news(.gone(namespace: object.namespace, name: object.name))
        case .bookmark(let new):
            // A watch never goes back: it would be told again what it knows.
            if let version, VersionOrder.isOlder(new, than: version) { return .nothing }
            version = new
            return .nothing
        case .fault: return .nothing
        }
    }

    /// Whether an event is older than what was told before.
    ///
    /// A watch tells in the order of versions: one in the wrong order might bring back what is
    /// gone.
    private func isOld(_ object: ClusterObject) -> Bool {
        guard let version else { return false }
        return VersionOrder.isOlder(object.resourceVersion, than: version)
    }
}

extension WatchScope {
    /// Whether an object can be of this scope, as far as its names say.
    func holds(_ object: ClusterObject) -> Bool {
        if let namespace, namespace != object.namespace { return false }
        let mark = "metadata.name="
        if let fieldSelector, fieldSelector.hasPrefix(mark) {
            return fieldSelector.dropFirst(mark.count) == object.name
        }
        return true
    }
}
