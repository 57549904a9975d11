/// What became of one object, for `/routes`.
package struct ObjectReport: Hashable, Sendable {
    package var kind: String
    /// The API group, empty for core: Knative's and the core Service are of one kind.
    package var group: String
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
