package import Manifests
package import Routing
package import TLS

/// What was published last, and what was wrong with what it was made from.
package struct TableReport: Sendable {
    /// The snapshot's version; 0 before the first.
    package var version: UInt64 = 0
    /// When the first snapshot was published that not every worker serves yet, or the last one.
    package var publishedAt: ContinuousClock.Instant?
    /// What it was made from; nil before the first.
    package var compilation: Compilation?
    /// What the workers' numbers stand for.
    package var catalog = Catalog()
    /// Hosts that two routes claim.
    package var conflicts: [HostConflict] = []
    /// What the table did not take, being beyond a limit.
    package var refusals: [Refusal] = []
    /// Routes in the table.
    package var routeCount = 0
    /// Bytes of the table that workers read.
    package var byteCount = 0
    /// Routes that were compiled since the start.
    package var compiledCount: UInt64 = 0
    /// Files that cannot be read, each with its reason.
    package var unreadable: [ObjectFault] = []
    /// Seconds from hearing of the newest change until every worker served it.
    package var applySeconds = 0.0

    package init() {}

    package var routes: [RouteSource] { compilation?.routes ?? [] }
    package var destinations: [DestinationSource] { compilation?.destinations ?? [] }

    /// The certificate for other server names, where none of its own leads to it.
    package var fallback: (secret: String, certificate: Certificate)? {
        guard let compilation, let secret = compilation.defaultSecretName,
            let certificate = compilation.defaultCertificate,
            !compilation.certificates.contains(where: { $0.secret == secret })
        else { return nil }
        return (secret, certificate)
    }

    /// Whether any handshake can succeed.
    var hasCertificate: Bool {
        fallback != nil || compilation?.certificates.isEmpty == false
    }

    /// Everything that is wrong, in the order of files and lines.
    package var faults: [ObjectFault] {
        (unreadable + (compilation?.faults ?? []) + refusalFaults).sorted {
            ($0.file, $0.line) < ($1.file, $1.line)
        }
    }

    /// The refusals of routes, as faults of the objects behind them.
    package var refusalFaults: [ObjectFault] {
        refusals.compactMap { compilation?.fault(ofRoute: $0.key, reason: $0.reason) }
    }

    /// Objects that something is wrong with, by kind; `File` for files that cannot be read or
    /// parsed, and for documents that are of no kind.
    ///
    /// Every kind stands there, with 0 too, so that an alert sees its errors come and go.
    package var wrongObjects: [String: Int] {
        var counts = ["File": 0]
        for kind in ObjectKind.allCases { counts[kind.name] = 0 }
        var seen: Set<[String]> = []
        for fault in faults {
            let kind = counts[fault.kind] == nil ? "File" : fault.kind
            // A document without a name is known by its file alone.
            let file = fault.name.isEmpty ? fault.file : ""
            if seen.insert([kind, fault.namespace, fault.name, file]).inserted {
                counts[kind, default: 0] += 1
            }
        }
        return counts
    }
}
