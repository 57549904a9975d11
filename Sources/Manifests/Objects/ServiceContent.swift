/// A Service's specification and the status fields that are believed.
struct ServiceContent: Hashable, Sendable {
    var traffic: [TrafficTarget]
    var configuration: ConfigurationContent

    private static let fields: Set<String> = ["template", "traffic"]

    init(_ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws) {
        let spec = root["spec"]
        spec.warnOfFields(notIn: Self.fields, &flaws)
        traffic = TrafficValidation.read(spec["traffic"], isInService: true, &flaws)
        configuration = ConfigurationContent(root, &flaws)
        MetaValidation.checkRoute(meta, root["metadata"], &flaws)
    }

    /// The child Route's traffic (§1.4): floating targets name the Service's Configuration.
    func routeTraffic(named name: String) -> [TrafficTarget] {
        traffic.map { target in
            var target = target
            target.url = ""
            if target.revisionName.isEmpty { target.configurationName = name }
            return target
        }
    }
}
