/// A Route's specification, defaulted and valid.
struct RouteContent: Hashable, Sendable {
    var traffic: [TrafficTarget]

    init(_ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws) {
        let spec = root["spec"]
        spec.warnOfFields(notIn: ["traffic"], &flaws)
        traffic = TrafficValidation.read(spec["traffic"], isInService: false, &flaws)
        MetaValidation.checkRoute(meta, root["metadata"], &flaws)
    }

    init(traffic: [TrafficTarget]) {
        self.traffic = traffic
    }
}
