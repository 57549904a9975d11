internal import Foundation

/// What must survive a restart, as files of one folder that only its owner can read.
package struct StateFolder: Sendable {
    private let path: String
    /// LIMIT: bytes of a file.
    private static let sizeMax = 16 << 20

    /// Makes the folder where it is not there.
    package init(_ path: String) throws(GatewayFault) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw GatewayFault("state-dir: \(path): a folder that can be made would be right")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw GatewayFault("state-dir: \(path): not writable, a folder of ours would be right")
        }
    }

    private var rolloutsFile: String { path + "/rollouts.json" }

    /// The rollouts that were going on, by Ingress; empty where none is known.
    package func rollouts() throws(GatewayFault) -> [String: String] {
        let text: String
        do throws(SmallFile.Refusal) {
            text = try SmallFile.text(rolloutsFile, sizeMax: Self.sizeMax)
        } catch {
            if error == .absent { return [:] }
            throw GatewayFault("\(rolloutsFile): \(error.text)")
        }
        do {
            return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        } catch {
            throw GatewayFault("\(rolloutsFile): not readable, its rollouts are forgotten")
        }
    }

    /// Takes the place of what was kept, whole or not at all.
    package func keep(rollouts: [String: String]) throws(GatewayFault) {
        let file = URL(fileURLWithPath: rolloutsFile)
        do {
            try Data(JSONText.of(rollouts).utf8).write(to: file, options: .atomic)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: rolloutsFile)
        } catch {
            throw GatewayFault("\(rolloutsFile): cannot be written, rollouts are not kept")
        }
    }
}
