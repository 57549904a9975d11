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
            let known = versions[object.pair]
            if known == object.resourceVersion { return .nothing }
            if let known, VersionOrder.isOlder(object.resourceVersion, than: known) {
                return .lie("an old version of \(object.pair)")
            }
            versions[object.pair] = object.resourceVersion
            move(to: object.resourceVersion)
            return .news(.changed(object))
        case .gone(let object):
            guard let known = versions[object.pair] else {
                return .lie("the end of \(object.pair), which was not there")
            }
            if VersionOrder.isOlder(object.resourceVersion, than: known) {
                return .lie("the end of an old version of \(object.pair)")
            }
            versions[object.pair] = nil
            move(to: object.resourceVersion)
            return .news(.gone(namespace: object.namespace, name: object.name))
        case .bookmark(let version):
            move(to: version)
            return .nothing
        case .fault: return .nothing
        }
    }

    /// A watch never goes back: it would be told again what it knows.
    private mutating func move(to new: String) {
        if let version, VersionOrder.isOlder(new, than: version) { return }
        version = new
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
