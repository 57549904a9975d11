/// A Service's specification and the status fields that are believed.
struct ServiceContent: Hashable, Sendable {
    var traffic: [TrafficTarget]
    var configuration: ConfigurationContent
    var choices: GatewayChoices

    private static let fields = ["template", "traffic"]

    init(_ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws) {
        let spec = root["spec"]
        let known = flaws.errors.count
        spec.warnOfFields(notIn: Self.fields, &flaws)
        traffic = TrafficValidation.read(spec["traffic"], isInService: true, &flaws)
        configuration = ConfigurationContent(root, &flaws)
        MetaValidation.checkRoute(meta, root["metadata"], &flaws)
        choices = GatewayChoices(.service, meta, root["metadata"], &flaws)
        if flaws.errors.count == known { choices.rules.checkTargets(in: traffic, &flaws) }
    }

    /// The child Route's traffic (§1.4): floating targets name the Service's Configuration.
    func routeTraffic(named name: String) -> [TrafficTarget] {
        traffic.map { target in
            var target = target
            if target.revisionName.isEmpty { target.configurationName = name }
            return target
        }
    }
}
