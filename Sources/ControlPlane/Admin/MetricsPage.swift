internal import Manifests
internal import Reactor
internal import Routing
internal import TLS
internal import Telemetry

/// Everything that is counted, as text for a scraper.
struct MetricsPage {
    var report: TableReport
    /// Every worker's numbers.
    var sheets: [TallySheet]
    /// Names of the listeners, of the reasons for refusing and of glitches, in the order of their
    /// numbers.
    var listeners: [String]
    var reasons: [String]
    var glitches: [String]
    /// Why patterns of rules fail, in the same way.
    var patternFaults: [String]
    /// Lines of the access log that could not be written.
    var lostLines: UInt64
    /// Nil where no cluster is followed.
    var cluster: ClusterFigures?
    /// Nil where memory has no limit.
    var memory: MemoryFigures?
    var build: BuildInfo
    var process: ProcessFacts

    /// The whole text.
    func text(_ format: ExpositionFormat) -> String {
        // Most revisions of a large table were never asked: they would only be zeros.
        let met = report.catalog.series.filter { sheets.haveMet($0.id) }
        let reading = Reading(sheets: sheets, series: met.map(SeriesLabels.init))
        var exposition = Exposition(format)
        exposition.add(
            reading, reasons: reasons, listeners: listeners, glitches: glitches,
            patternFaults: patternFaults,
            now: Clock.monotonic())
        for family in splits + table(served: reading.servedVersion)
            + [certificates, lostRecords(reading), buildFamily] + (cluster?.families ?? [])
            + (memory?.families ?? []) + process.families
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
        // Paths that differ in their header conditions only would say the same labels.
        var seen: Set<LabelText> = []
        report.catalog.forEachSplit { entry in
            let facts = SplitFacts(entry, sheets)
            let route = LabelText([("namespace", entry.namespace), ("route", entry.route)])
            for share in facts.shares {
                let labels = route.adding("revision", share.revision).adding("tag", entry.tag)
                    .adding("host", entry.host).adding("path", entry.prefix)
                guard seen.insert(labels).inserted else { continue }
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
                "weir_table_bytes", .gauge, help: "Memory of the table that workers read.",
                unit: "bytes", samples: [.init(Double(report.byteCount))]),
            MetricFamily(
                "weir_table_routes_compiled_total", .counter,
                help: "Routes that were compiled; changes of addresses compile none.",
                samples: [.init(Double(report.compiledCount))]),
            MetricFamily(
                "weir_table_apply_seconds", .gauge,
                help: "Time from the newest change until every worker served it.",
                unit: "seconds", samples: [.init(report.applySeconds)]),
            MetricFamily(
                "weir_object_errors", .gauge, help: "Objects that something is wrong with now.",
                samples: faults.map { .init([("kind", $0.key)], Double($0.value)) }),
        ]
    }

    private var certificates: MetricFamily {
        MetricFamily(
            "weir_tls_certificate_expiry_seconds", .gauge,
            help: "When a certificate ends, in seconds since 1970.", unit: "seconds",
            samples: ((report.compilation?.certificates ?? []).map { ($0.secret, $0.certificate) }
                + (report.fallback.map { [$0] } ?? []))
                .map { secret, certificate in
                    .init([("secret", secret)], Double(certificate.notAfter))
                })
    }

    private func lostRecords(_ reading: Reading) -> MetricFamily {
        MetricFamily(
            "weir_access_log_lost_total", .counter,
            help: "Lines of the access log that found no room or could not be written.",
            samples: [.init(Double(reading.lostRecords &+ lostLines))])
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
