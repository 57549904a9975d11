package import Routing

/// What became of one object, for `/routes`.
package struct ObjectReport: Hashable, Sendable {
    package var kind: String
    package var namespace: String
    package var name: String
    package var file: String
    /// Counts from 1.
    package var line: Int
    package var status: ObjectStatus
    /// All that is wrong with it now.
    package var faults: [ObjectFault]
    /// Every host of its rules; empty for objects that are no routes.
    package var hosts: [String]
    /// status.url (§1.6), empty for objects that are no Routes or Services.
    package var url: String
    /// status.traffic (§1.6), with the reasons of §1.5.
    package var targets: [TargetReport]
}

/// What became of an object.
package enum ObjectStatus: Hashable, Sendable, CustomStringConvertible {
    /// A Route, Service or Ingress whose hosts are served.
    case served
    /// Another object, there for those that look at it.
    case loaded
    /// Wrong, and there is no older version.
    case refused
    /// Wrong, but its last good version is in force.
    case lastGoodKept
    /// Another object takes its place.
    case superseded(by: String)
    /// An Ingress for another gateway.
    case otherClass(String)

    package var description: String {
        switch self {
        case .served: "served"
        case .loaded: "loaded"
        case .refused: "refused"
        case .lastGoodKept: "last good kept"
        case .superseded(let other): "superseded by \(other)"
        case .otherClass(let name): "of another class (\(name.isEmpty ? "none" : name))"
        }
    }
}

/// One entry of status.traffic, and how it stands.
package struct TargetReport: Hashable, Sendable {
    /// Empty for none.
    package var tag: String
    /// Empty while there is none.
    package var revision: String
    /// The Configuration that is followed; empty when pinned.
    package var configuration: String
    package var isLatest: Bool
    package var percent: Int64
    /// Where a tagged target is reached.
    package var url: String
    /// Of AllTrafficAssigned (§1.5); empty when the target resolves.
    package var reason: String
    package var message: String
    /// It does not resolve now, and its last good share stays.
    package var isLastGood: Bool
    /// Where its share goes; without a port when it answers 503.
    package var destinations: DestinationKey
    /// How many addresses there are now.
    package var addressCount = 0
    /// Why there are none; empty when there are some.
    package var addressReason = ""

    /// §1.6: such entries are one.
    func isSameTarget(as other: TargetReport) -> Bool {
        tag == other.tag && revision == other.revision && isLatest == other.isLatest
            && configuration == other.configuration
    }
}
