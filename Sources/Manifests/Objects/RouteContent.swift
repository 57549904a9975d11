/// A Route's specification, defaulted and valid.
struct RouteContent: Hashable, Sendable {
    let traffic: [TrafficTarget]
    /// Most Routes make none.
    private let made: Apart<GatewayChoices>

    var choices: GatewayChoices { made.value ?? GatewayChoices() }

    init(_ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws) {
        let spec = root["spec"]
        let known = flaws.errors.count
        spec.warnOfFields(notIn: ["traffic"], &flaws)
        traffic = TrafficValidation.read(spec["traffic"], isInService: false, &flaws)
        MetaValidation.checkRoute(meta, root["metadata"], &flaws)
        let choices = GatewayChoices(.route, meta, root["metadata"], &flaws)
        made = choices == GatewayChoices() ? .none : .one(choices)
        if flaws.errors.count == known { choices.rules.checkTargets(in: traffic, &flaws) }
    }
}
