/// What a target names.
enum TargetName: Hashable, Sendable {
    case configuration(String)
    case revision(String)

    init(_ target: TrafficTarget) {
        self =
            target.revisionName.isEmpty
            ? .configuration(target.configurationName) : .revision(target.revisionName)
    }
}
