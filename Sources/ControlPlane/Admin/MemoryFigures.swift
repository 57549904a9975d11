package import DataPlane
internal import Telemetry

/// How the process's memory stands, for the metrics page.
package struct MemoryFigures: Hashable, Sendable {
    /// In bytes.
    package var limit: Int
    package var shedding: Shedding

    package init(limit: Int, shedding: Shedding) {
        self.limit = limit
        self.shedding = shedding
    }

    var families: [MetricFamily] {
        let steps: [(String, Shedding)] = [
            ("connections", .connections), ("requests", .requests),
        ]
        return [
            MetricFamily(
                "weir_memory_limit_bytes", .gauge,
                help: "Resident memory from which on load is shed.", unit: "bytes",
                samples: [.init(Double(limit))]),
            MetricFamily(
                "weir_memory_shedding", .gauge,
                help: "1 while new ones are refused because memory is short.",
                samples: steps.map { name, step in
                    .init([("what", name)], shedding >= step ? 1 : 0)
                }),
        ]
    }
}
