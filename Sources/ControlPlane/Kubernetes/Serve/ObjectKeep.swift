internal import Foundation
package import Logging
internal import Synchronization
internal import TLS

/// Keeps the cluster's last good objects in files, so that a replica can start without its cluster.
///
/// Files of a folder that only its owner can read, one for each object. Secrets only where the
/// settings say so. What is to be written is written a little later, the newest of each only.
package final class ObjectKeep: Sendable {
    /// LIMIT: bytes of an object that is kept.
    private static let sizeMax = 8 << 20
    /// LIMIT: objects that are kept.
    private static let countMax = 500_000
    /// LIMIT: bytes of a file's name, which Linux has.
    private static let fileNameMax = 255
    /// How long after a failure all that failed is tried again.
    private static let retryAfter: Duration = .seconds(10)

    private let folder: String
    private let keepsSecrets: Bool
    private let logger: Logger
    private let shared = Mutex(State())
    private let poke: AsyncStream<Void>.Continuation
    private let pokes: AsyncStream<Void>

    private struct State {
        /// Texts to write, nil to remove.
        var waiting: [String: String?] = [:]
        var isFailing = false
    }

    /// Makes the folder where it is not there.
    package init(
        _ stateFolder: String, keepsSecrets: Bool, logger: Logger
    ) throws(GatewayFault) {
        folder = stateFolder + "/objects"
        self.keepsSecrets = keepsSecrets
        self.logger = logger
        (pokes, poke) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw GatewayFault("state-dir: \(folder): a folder that can be made would be right")
        }
        if !keepsSecrets { try removeSecrets() }
    }

    /// Removes those that were kept when the settings allowed it.
    private func removeSecrets() throws(GatewayFault) {
        for file in files() where Self.name(of: file).map(Self.isSecret) == true {
            do {
                try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
            } catch {
                throw GatewayFault(
                    "state-dir: \(folder)/\(file) is a Secret: to remove it by hand would be right, "
                        + "or state-secrets: true")
            }
        }
    }

    /// What was kept, by the names of the files that it is loaded as.
    package func objects() async -> [String: String] {
        var objects: [String: String] = [:]
        for file in files().prefix(Self.countMax) {
            guard let name = Self.name(of: file), keepsSecrets || !Self.isSecret(name) else {
                continue
            }
            do throws(SmallFile.Refusal) {
                let text = try SmallFile.text("\(folder)/\(file)", sizeMax: Self.sizeMax)
                objects[Self.whole(name, text)] = text
            } catch {
                logger.warning("\(folder)/\(file): \(error.text), it is left out")
            }
        }
        return objects
    }

    /// Has changes written soon; any thread.
    func take(_ changes: ManifestChanges) {
        if changes.loaded.isEmpty, changes.vanished.isEmpty { return }
        shared.withLock { state in
            for (name, text) in changes.loaded where keepsSecrets || !Self.isSecret(name) {
                state.waiting[name] = .some(text)
            }
            for name in changes.vanished { state.waiting[name] = .some(nil) }
        }
        poke.yield()
    }

    /// Writes until cancelled, and what is left then.
    ///
    /// What fails is tried again after `retryAfter`.
    func run(retryAfter: Duration = retryAfter) async {
        await withTaskCancellationHandler {
            for await _ in pokes {
                let isWhole = write()
                try? await Task.sleep(for: isWhole ? .milliseconds(200) : retryAfter)
                if !isWhole { poke.yield() }
            }
        } onCancel: {
            poke.finish()
        }
        write()
    }

    /// Whether everything could be written; what could not waits on, unless there is a newer text.
    @discardableResult
    private func write() -> Bool {
        let waiting = shared.withLock { state in
            defer { state.waiting = [:] }
            return state.waiting
        }
        var fault: String?
        var failed: [String: String?] = [:]
        for (name, text) in waiting {
            let path = "\(folder)/\(Self.file(of: name))"
            do {
                if let text {
                    try Self.put(text, path)
                } else if FileManager.default.fileExists(atPath: path) {
                    try FileManager.default.removeItem(atPath: path)
                }
            } catch {
                fault = "\(path): cannot be written, objects are not kept"
                failed[name] = .some(text)
            }
        }
        let wasFailing = shared.withLock { state in
            defer { state.isFailing = fault != nil }
            state.waiting.merge(failed) { newer, _ in newer }
            return state.isFailing
        }
        if let fault, !wasFailing { logger.error("state-dir: \(fault)") }
        return fault == nil
    }

    /// In place of what was there, whole or not at all; the folder is its owner's alone meanwhile.
    private static func put(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    private func files() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted()
    }

    // MARK: Names

    /// Names of objects have no `+` and no `~`; one that is too long for a file is there by its digest.
    private static func file(of name: String) -> String {
        let plain = name.replacing("/", with: "+") + ".json"
        guard plain.utf8.count > fileNameMax, let slash = name.lastIndex(of: "/") else {
            return plain
        }
        let digest = Digest.sha256(Array(name.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        return name[...slash].replacing("/", with: "+") + "~" + digest + ".json"
    }

    /// The whole name of what a file by that name holds.
    private static func whole(_ name: String, _ text: String) -> String {
        guard let slash = name.lastIndex(of: "/"),
            name[slash...].hasPrefix("/~")
        else { return name }
        let slices = JSONSlices(Array(text.utf8))
        let meta = slices.value("metadata", in: slices.whole)
        return slices.text(slices.value("name", in: meta)).map { name[...slash] + $0 } ?? name
    }

    private static func name(of file: String) -> String? {
        let name = file.dropLast(5).split(separator: "+", omittingEmptySubsequences: false)
        return name.count == 4 ? name.joined(separator: "/") : nil
    }

    private static func isSecret(_ name: String) -> Bool { name.hasPrefix("cluster/secrets/") }
}
