internal import Telemetry

/// How a replica stands in its cluster, for the metrics page.
package struct ClusterFigures: Sendable {
    /// Seconds since everything was known to be current, or since the API server said anything; 0
    /// while all is well.
    package var staleness: Double
    package var isLeader: Bool
    /// Our Ingresses, and those that are not ready for their generation.
    package var ingresses: Int
    package var waiting: Int
    /// Ingresses of others, by class.
    package var foreign: [String: Int]

    var families: [MetricFamily] {
        [
            MetricFamily(
                "weir_cluster_staleness_seconds", .gauge,
                help: "Time since what is known of the cluster was current; 0 while it is.",
                unit: "seconds", samples: [.init(staleness)]),
            MetricFamily(
                "weir_cluster_leader", .gauge,
                help: "1 on the replica that writes the status of Ingresses.",
                samples: [.init(isLeader ? 1 : 0)]),
            MetricFamily(
                "weir_cluster_ingresses", .gauge,
                help: "Ingresses of weir's class, by whether they are ready.",
                samples: [
                    .init([("ready", "true")], Double(ingresses - waiting)),
                    .init([("ready", "false")], Double(waiting)),
                ]),
            MetricFamily(
                "weir_cluster_foreign_ingresses", .gauge,
                help: "Ingresses of other classes, which are left alone.",
                samples: foreign.sorted { $0.key < $1.key }.map {
                    .init([("class", $0.key)], Double($0.value))
                }),
        ]
    }
}
