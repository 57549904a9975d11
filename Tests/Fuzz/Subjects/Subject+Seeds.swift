import Foundation

/// Inputs to begin with: one of each form that a subject knows.
extension Subject {
    var seeds: [[UInt8]] {
        switch self {
        case .http1: Seeds.http1
        case .http2: Seeds.http2
        case .target: Seeds.targets.map { Array($0.utf8) }
        case .proxy: Seeds.proxies
        case .websocket: Seeds.frames
        case .tls: Seeds.tls
        case .routes:
            (0..<8).map { seed in (0..<400).map { UInt8(truncatingIfNeeded: $0 * (seed * 7 + 3)) } }
        case .manifests: Seeds.manifests
        case .settings: Seeds.settings
        case .json: Seeds.json.map { Array($0.utf8) }
        case .canary: [Array("weir".utf8)]
        }
    }

    /// The inputs that are kept for this subject.
    func corpus() throws -> [(name: String, bytes: [UInt8])] {
        let folder = Seeds.folder.appending(path: "Corpus/\(rawValue)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
        return try names.map { name in
            (name, Array(try Data(contentsOf: folder.appending(path: name))))
        }
    }
}
