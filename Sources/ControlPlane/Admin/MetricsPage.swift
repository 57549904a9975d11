internal import Routing
package import Telemetry

/// Everything that is counted, as text for a scraper.
package struct MetricsPage {
    package var report: TableReport
    /// Every worker's numbers.
    package var sheets: [TallySheet]
    /// Names of the listeners and of the reasons for refusing, in the order of their numbers.
    package var listeners: [String]
    package var reasons: [String]
    package var build: BuildInfo
    package var process: ProcessFacts

    package init(
        report: TableReport, sheets: [TallySheet], listeners: [String], reasons: [String],
        build: BuildInfo, process: ProcessFacts
    ) {
        self.report = report
        self.sheets = sheets
        self.listeners = listeners
        self.reasons = reasons
        self.build = build
        self.process = process
    }

    /// The whole text.
    package func text(_ format: ExpositionFormat) -> String {
        let labels = report.series.map {
            SeriesLabels(
                id: $0.id, namespace: $0.namespace, route: $0.route, revision: $0.revision,
                tag: $0.tag)
        }
        let reading = Reading(sheets: sheets, series: labels)
        var exposition = Exposition(format)
        exposition.add(reading, reasons: reasons, listeners: listeners)
        for family in splits + table(served: reading.servedVersion) + [buildFamily]
            + process.families
        {
            exposition.add(family)
        }
        return String(decoding: exposition.finish(), as: UTF8.self)
    }

    private var splits: [MetricFamily] {
        var desired = MetricFamily(
            "weir_split_desired_ratio", .gauge, help: "The share that a revision should get.",
            unit: "ratio", samples: [])
        var observed = MetricFamily(
            "weir_split_observed_ratio", .gauge,
            help: "The share that a revision got since its split last changed.", unit: "ratio",
            samples: [])
        var seen: Set<[String]> = []
        for split in SplitFacts.all(report.splits, sheets) {
            for share in split.shares {
                let labels = [
                    (name: "namespace", value: split.entry.namespace),
                    (name: "route", value: split.entry.route),
                    (name: "revision", value: share.revision),
                    (name: "tag", value: split.entry.tag),
                    (name: "host", value: split.entry.host),
                    (name: "path", value: split.entry.prefix),
                ]
                // Paths that differ in their header conditions only would say the same labels.
                guard seen.insert(labels.map(\.value)).inserted else { continue }
                desired.samples.append(.init(labels, share.desired))
                if let ratio = share.observed { observed.samples.append(.init(labels, ratio)) }
            }
        }
        return [desired, observed]
    }

    private func table(served: UInt64) -> [MetricFamily] {
        let faults = report.wrongObjects.sorted { $0.key < $1.key }
        return [
            MetricFamily(
                "weir_table_version", .gauge, help: "The version that every worker serves.",
                samples: [.init(Double(served))]),
            MetricFamily(
                "weir_table_routes", .gauge, help: "Routes in the table.",
                samples: [.init(Double(report.routeCount))]),
            MetricFamily(
                "weir_table_apply_seconds", .gauge,
                help: "Time from the newest change until every worker served it.",
                unit: "seconds", samples: [.init(report.applySeconds)]),
            MetricFamily(
                "weir_object_errors", .gauge, help: "Objects that something is wrong with now.",
                samples: faults.map { .init([("kind", $0.key)], Double($0.value)) }),
        ]
    }

    private var buildFamily: MetricFamily {
        let labels = [
            (name: "version", value: build.version), (name: "commit", value: build.commit ?? ""),
            (name: "swift", value: build.swift),
        ]
        return MetricFamily(
            "weir_build_info", .info, help: "What this program is.", samples: [.init(labels, 1)])
    }
}
