package import Routing

/// One entry of status.traffic, and how it stands.
package struct TargetReport: Hashable, Sendable {
    /// Empty for none.
    package var tag: String
    /// Empty while there is none.
    package var revision: String
    /// The Configuration that is followed; empty when pinned.
    package var configuration: String
    /// It floats with the latest ready Revision.
    package var isLatest: Bool
    /// As the Route has it, 0 to 100.
    package var percent: Int64
    /// Where a tagged target is reached.
    package var url: String
    /// Of AllTrafficAssigned (§1.5); empty when the target resolves.
    package var reason: String
    /// What §1.5 says of it; empty when the target resolves.
    package var message: String
    /// It does not resolve now, and its last good share stays.
    package var isLastGood: Bool
    /// Where its share goes; without a port when it answers 503.
    package var destinations: DestinationKey
    /// How many addresses there are now.
    package var addressCount = 0
    /// Why there are none; empty when there are some.
    package var addressReason = ""
}
