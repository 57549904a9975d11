/// A Route's specification, defaulted and valid.
struct RouteContent: Hashable, Sendable {
    var traffic: [TrafficTarget]
    var choices = GatewayChoices()

    init(_ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws) {
        let spec = root["spec"]
        let known = flaws.errors.count
        spec.warnOfFields(notIn: ["traffic"], &flaws)
        traffic = TrafficValidation.read(spec["traffic"], isInService: false, &flaws)
        MetaValidation.checkRoute(meta, root["metadata"], &flaws)
        choices = GatewayChoices(.route, meta, root["metadata"], &flaws)
        if flaws.errors.count == known { choices.rules.checkTargets(in: traffic, &flaws) }
    }
}
