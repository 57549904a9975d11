/// Which entries of a folder are manifests.
package enum ManifestName {
    /// Not hidden, and named like YAML or JSON. (`.kustomization.yaml.swp` and the like are not.)
    package static func isManifest(_ name: some StringProtocol) -> Bool {
        !isHidden(name) && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
    }

    /// Begins with a dot: an editor's own file, or Kubernetes' `..data`.
    package static func isHidden(_ name: some StringProtocol) -> Bool { name.hasPrefix(".") }

    /// The folder of a path, `.` where it has none, and its last name.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }

    /// The path of an entry; a root given as `.` is left out of it.
    static func join(_ folder: String, _ name: String) -> String {
        folder == "." ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }
}
