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

/// What a Configuration's, or a Service's, status says of its revisions; mostly nothing.
struct ConfigurationContent: Hashable, Sendable {
    /// Empty where there is no status.
    var latestReadyRevisionName: String
    /// Its own conditions say that the latest revision failed.
    var hasFailed: Bool

    init(_ root: Cursor, _ flaws: inout Flaws) {
        latestReadyRevisionName = root["status"]["latestReadyRevisionName"].text(&flaws)
        hasFailed = Readiness(root["status"]["conditions"], &flaws) == .failed
    }
}
