internal import Bytes
package import Manifests
package import Routing

/// Reads manifests into their store, as far as they changed.
package struct ManifestFiles: Sendable {
    /// LIMIT: bytes of a manifest.
    package static let fileSizeMax = TreeParser.byteLimit

    package var store: ManifestStore
    private let crew: Crew
    /// What was read last, by file, so that a file that only looks changed costs nothing.
    private var digests: [String: UInt64] = [:]
    private let seed = HashSeed.drawn
    private var unreadableFiles: [String: ObjectFault] = [:]

    package init(_ options: ManifestOptions, crew: Crew = .two) {
        store = ManifestStore(options: options, crew: crew)
        self.crew = crew
    }

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
        let written = changes.written.sorted().map { path in
            (path: path, digest: digests[path], reader: store.reader(of: path))
        }
        let (crew, seed) = (crew, seed)
        crew.map(written, partSize: 1) { file in
            Self.read(file.path, file.digest, file.reader, seed)
        } taking: { file, reading in
            take(file.path, reading)
        }
        let loaded = changes.loaded.map { (text: $0.value, reader: store.reader(of: $0.key)) }
        crew.map(loaded) {
            $0.reader.parsed($0.text)
        } taking: {
            store.take($1)
        }
    }

    /// What came of reading a file.
    private enum Reading: Sendable {
        /// It was there a moment ago; if it is gone for good, the watch will say so.
        case absent
        case unreadable(ObjectFault)
        case asBefore
        case parsed(ManifestStore.Parsed, digest: UInt64)
    }

    private static func read(
        _ path: String, _ known: UInt64?, _ reader: ManifestStore.FileReader, _ seed: HashSeed
    ) -> Reading {
        let text: String
        do throws(SmallFile.Refusal) {
            text = try SmallFile.text(path, sizeMax: fileSizeMax)
        } catch {
            if error == .absent { return .absent }
            let right = "UTF-8 text of up to \(fileSizeMax >> 20) MiB would be right"
            return .unreadable(
                ObjectFault(
                    file: path, line: error.line, kind: "", namespace: "", name: "", field: "",
                    wrong: error.text, right: right))
        }
        // Of its bytes: equal strings may differ in theirs.
        let digest = ByteScan.hash(text.utf8.span, seed)
        if digest == known { return .asBefore }
        return .parsed(reader.parsed(text), digest: digest)
    }

    /// Takes what was read; a file that cannot be read keeps its last good objects.
    private mutating func take(_ path: String, _ reading: Reading) {
        switch reading {
        case .absent: break
        case .unreadable(let fault): unreadableFiles[path] = fault
        case .asBefore: unreadableFiles[path] = nil
        case .parsed(let parsed, let digest):
            unreadableFiles[path] = nil
            digests[path] = digest
            store.take(parsed)
        }
    }
}
