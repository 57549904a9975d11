import Foundation
import Manifests
import Testing

/// The folder of real manifests, outside of the repository; tests that need it are left out
/// where it is absent.
enum Samples {
    static let folder: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path =
            ProcessInfo.processInfo.environment["WEIR_SAMPLES"]
            ?? root.appending(path: "../shared/samples").path()
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        else {
            FileHandle.standardError.write(
                Data("ManifestsTests: no samples at \(path): their tests are left out\n".utf8))
            return nil
        }
        return URL(filePath: path)
    }()

    static var isThere: Bool { folder != nil }

    static func text(_ path: String) throws -> String {
        let folder = try #require(folder)
        return try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    /// Every `.yaml`, relative to the folder, sorted.
    static let yamlFiles: [String] = {
        guard let folder, let files = FileManager.default.enumerator(atPath: folder.path()) else {
            return []
        }
        return files.compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }.sorted()
    }()
}

extension ManifestOptions {
    /// The same, but compiled Ingresses can be looked at.
    var keepingIngresses: ManifestOptions {
        var options = self
        options.keepsIngresses = true
        return options
    }
}

/// A store with some texts, one file each.
func store(
    _ texts: String..., options: ManifestOptions = ManifestOptions()
) -> ManifestStore {
    var store = ManifestStore(options: options.keepingIngresses)
    for (index, text) in texts.enumerated() {
        store.load(file: "\(Character(Unicode.Scalar(UInt8(97 + index)))).yaml", text: text)
    }
    return store
}

/// What the texts compile to.
func compilation(
    _ texts: String..., options: ManifestOptions = ManifestOptions()
) -> Compilation {
    var store = ManifestStore(options: options.keepingIngresses)
    for (index, text) in texts.enumerated() {
        store.load(file: "\(Character(Unicode.Scalar(UInt8(97 + index)))).yaml", text: text)
    }
    return store.compile()
}

/// A ready Revision on a laptop.
func revision(
    _ name: String, of configuration: String = "hello", port: Int = 9001, extra: String = ""
) -> String {
    """
    apiVersion: serving.knative.dev/v1
    kind: Revision
    metadata:
      name: \(name)
      labels:
        serving.knative.dev/configuration: \(configuration)
        serving.knative.dev/service: \(configuration)
      annotations:
        weir.dev/addresses: "127.0.0.1:\(port)"
    \(extra)
    ---

    """
}

func configuration(_ name: String = "hello") -> String {
    "{apiVersion: serving.knative.dev/v1, kind: Configuration, metadata: {name: \(name)}}\n---\n"
}

/// A Route whose traffic is given as flow maps, one per line.
func route(_ name: String = "hello", _ traffic: String...) -> String {
    """
    apiVersion: serving.knative.dev/v1
    kind: Route
    metadata:
      name: \(name)
    spec:
      traffic:
    \(traffic.map { "  - \($0)" }.joined(separator: "\n"))
    ---

    """
}
