/// What telemetry tells apart.
struct SeriesKey: Hashable, Sendable {
    let namespace: String
    let route: String
    var revision: String
    let tag: String
}
