/// What happened to the cluster's objects since it was last asked; shows names only, as there may
/// be Secrets.
package struct ClusterChanges: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// New texts by the names of their files, such as `cluster/ingresses/shop/cart`.
    package var loaded: [String: String] = [:]
    /// Files that are gone.
    package var vanished: Set<String> = []
    /// The latest version that an object was seen as, in each collection.
    package var seen = ClusterVersions()
    /// How far the watches of these are: what came up to there is told.
    package var reached = ClusterVersions()
    /// Whether everything that was wanted by then had been told once.
    package var isSynced = false
    /// What is to be said once, in order.
    package var notices: [ClusterNotice] = []

    package init() {}

    package var description: String {
        "loaded \(loaded.keys.sorted()), vanished \(vanished.sorted()), notices \(notices)"
    }

    package var customMirror: Mirror { Mirror(self, children: [:]) }

    package var isEmpty: Bool { loaded.isEmpty && vanished.isEmpty && notices.isEmpty }

    mutating func load(_ file: String, _ text: String) {
        vanished.remove(file)
        loaded[file] = text
    }

    mutating func vanish(_ file: String) {
        loaded[file] = nil
        vanished.insert(file)
    }
}

/// Something that people should hear once.
package enum ClusterNotice: Hashable, Sendable {
    /// Something is wrong from now on.
    case failing(String)
    /// What was said to fail works again.
    case recovered(String)
    /// Worth knowing, and nobody's fault.
    case note(String)

    package var text: String {
        switch self {
        case .failing(let text), .recovered(let text), .note(let text): text
        }
    }
}
