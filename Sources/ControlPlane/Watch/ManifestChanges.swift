/// What happened to the manifests since it was last asked.
package struct ManifestChanges: Hashable, Sendable {
    /// Files to read: they may have new content.
    package var written: Set<String> = []
    /// Files that are gone.
    package var vanished: Set<String> = []
    /// Texts that need no reading, by the names of their files.
    package var loaded: [String: String] = [:]
    /// What could not be watched or was left out, for people.
    package var problems: [String] = []
    /// True when all is to be read again, whether it looks changed or not.
    package var isReload = false

    package init() {}

    package var isEmpty: Bool {
        written.isEmpty && vanished.isEmpty && loaded.isEmpty && problems.isEmpty && !isReload
    }

    mutating func write(_ path: String) {
        vanished.remove(path)
        written.insert(path)
    }

    mutating func load(_ name: String, _ text: String) {
        vanished.remove(name)
        loaded[name] = text
    }

    mutating func vanish(_ path: String) {
        written.remove(path)
        loaded[path] = nil
        vanished.insert(path)
    }

    /// Adds what happened after this.
    mutating func merge(_ later: ManifestChanges) {
        for path in later.written { write(path) }
        for path in later.vanished { vanish(path) }
        for (name, text) in later.loaded { load(name, text) }
        problems += later.problems
        isReload = isReload || later.isReload
    }
}
