package import Manifests

/// Reads manifests into their store, as far as they changed.
package struct ManifestFiles: Sendable {
    /// LIMIT: bytes of a manifest.
    package static let fileSizeMax = 8 << 20

    package var store: ManifestStore
    /// What was read last, by file, so that a file that only looks changed costs nothing.
    private var digests: [String: Int] = [:]
    private var unreadableFiles: [String: ObjectFault] = [:]

    package init(_ options: ManifestOptions) { store = ManifestStore(options: options) }

    /// Files that cannot be read, in the order of their names.
    package var unreadable: [ObjectFault] { unreadableFiles.values.sorted { $0.file < $1.file } }

    /// Reads what was written and forgets what is gone.
    package mutating func take(_ changes: ManifestChanges) {
        if changes.isReload { digests = [:] }
        for path in changes.vanished {
            digests[path] = nil
            unreadableFiles[path] = nil
            store.remove(file: path)
        }
        for path in changes.written.sorted() { read(path) }
        for (name, text) in changes.loaded { store.load(file: name, text: text) }
    }

    /// Reads a file into the store; one that cannot be read keeps its last good objects.
    private mutating func read(_ path: String) {
        let text: String
        do throws(SmallFile.Refusal) {
            text = try SmallFile.text(path, sizeMax: Self.fileSizeMax)
        } catch {
            // It was there a moment ago; if it is gone for good, the watch will say so.
            if error == .absent { return }
            let right = "UTF-8 text of up to \(Self.fileSizeMax >> 20) MiB would be right"
            unreadableFiles[path] = ObjectFault(
                file: path, line: 1, kind: "", namespace: "", name: "", field: "",
                wrong: error.text, right: right)
            return
        }
        unreadableFiles[path] = nil
        let digest = text.hashValue
        if digests.updateValue(digest, forKey: path) != digest {
            store.load(file: path, text: text)
        }
    }
}
