/// Reads objects for one compilation and remembers what was looked at, found or not.
struct Lookup {
    private let index: ObjectIndex
    let platform: Platform
    private(set) var topics: Set<Topic> = []

    init(_ index: ObjectIndex, _ platform: Platform) {
        self.index = index
        self.platform = platform
    }

    mutating func object(_ kind: ObjectKind, _ namespace: String, _ name: String)
        -> ManifestObject?
    {
        let key = ObjectKey(kind, namespace, name)
        topics.insert(.object(key))
        return index.object(key)
    }

    mutating func revisions(of configuration: NamespacedName) -> [ManifestObject] {
        topics.insert(.revisions(configuration))
        return index.revisions(of: configuration)
    }

    mutating func addresses(of service: NamespacedName) -> [ManifestObject] {
        topics.insert(.addresses(service))
        return index.addresses(of: service)
    }

    /// Call this when the platform's choices go into what is compiled.
    mutating func dependsOnPlatform() {
        topics.insert(.platform)
    }
}
