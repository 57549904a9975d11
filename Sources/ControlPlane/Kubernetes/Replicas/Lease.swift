internal import Foundation

/// A Lease of coordination.k8s.io/v1, as far as replicas use it.
struct Lease: Codable, Hashable, Sendable {
    var apiVersion = APIResource.leases.apiVersion
    var kind = APIResource.leases.kind
    var metadata = Metadata()
    var spec = Spec()

    struct Metadata: Codable, Hashable, Sendable {
        var name: String?
        var namespace: String?
        var resourceVersion: String?
        var labels: [String: String]?
        var annotations: [String: String]?
    }

    struct Spec: Codable, Hashable, Sendable {
        var holderIdentity: String?
        var leaseDurationSeconds: Int?
        var acquireTime: String?
        var renewTime: String?
        var leaseTransitions: Int?
    }

    init() {}

    /// Throws a fault when the server's answer is no Lease.
    init(_ json: [UInt8]) throws(APIFault) {
        do {
            self = try JSONDecoder().decode(Lease.self, from: Data(json))
        } catch {
            throw .invalid("the server's answer is no Lease")
        }
    }

    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("texts and numbers can be encoded")
        }
        return Array(data)
    }

    func annotation(_ name: String) -> String? { metadata.annotations?[name] }

    mutating func annotate(_ name: String, _ text: String) {
        metadata.annotations = (metadata.annotations ?? [:]).merging([name: text]) { $1 }
    }
}

/// The names of what weir keeps in the cluster.
enum ReplicaName {
    /// Labels the Leases of replicas.
    static let label = "weir.dev/replica"
    /// What a replica serves, in its own Lease.
    static let served = "weir.dev/served"
    /// The replicas that the leader waits for, in the leader's Lease.
    static let replicas = "weir.dev/replicas"
    /// What replicas must serve for all that the leader called ready.
    static let ready = "weir.dev/ready"
    /// The Lease that the leader holds.
    static let leaderLease = "weir-leader"

    static func lease(ofPod pod: String) -> String { "weir-\(pod)" }
}

/// Times as the API has them.
enum APITime {
    /// Of Leases: `2026-11-28T16:00:00.000000Z`; nanoseconds since 1970.
    static func micro(_ time: UInt64) -> String {
        let digits = String(time / 1000 % 1_000_000)
        let fraction = String(repeating: "0", count: 6 - digits.count) + digits
        return second(time).dropLast() + "." + fraction + "Z"
    }

    /// What such a text says, in nanoseconds since 1970; nil where it is no time that these hold.
    static func nanoseconds(_ text: String) -> UInt64? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        guard let date = try? style.parse(text) else { return nil }
        return UInt64(exactly: (date.timeIntervalSince1970 * 1_000_000_000).rounded(.down))
    }

    /// Of everything else: `2026-11-28T16:00:00Z`; nanoseconds since 1970.
    static func second(_ time: UInt64) -> String {
        Date(timeIntervalSince1970: TimeInterval(time / 1_000_000_000)).formatted(.iso8601)
    }
}
