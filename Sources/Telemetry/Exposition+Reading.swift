extension Exposition {
    /// Adds all that the workers count; names are as in design.md §5.
    ///
    /// Reasons, glitches, listeners and why patterns failed are named in the order of their
    /// numbers; a number without a name is left out. The table, the splits and the process are the control plane's to add.
    /// `now` is the monotonic nanosecond, for the age of tunnels.
    package mutating func add(
        _ reading: Reading, reasons: [String], listeners: [String], glitches: [String] = [],
        patternFaults: [String] = [], now: UInt64
    ) {
        let names = reading.series.map { Self.labels($0.labels) }
        let times = byRevision(reading)
        add(requests(reading, names))
        add(grpcRequests(reading, names))
        add(
            histogram: "weir_request_duration_seconds",
            help: "Time from a request's head to the end of its answer; tunnels left out.",
            samples: durations(times))
        add(
            histogram: "weir_upstream_duration_seconds",
            help: "Time from a request's head to the first byte of the upstream's answer.",
            samples: times.compactMap { labels, series in series.firstByte.map { (labels, $0) } })
        add(
            gauge(reading, names, "weir_active_requests", "Exchanges that are not over.", \.active)
        )
        add(
            gauge(
                reading, names, "weir_active_tunnels", "Open tunnels, such as WebSocket.",
                \.tunnels))
        add(tunnelAges(reading, names, now: now))
        add(
            MetricFamily(
                "weir_probe_requests_total", .counter, help: "Knative probes; in no series.",
                samples: [.init(Double(reading.probes))]))
        add(
            counts(
                "weir_rejected_requests_total", "Requests refused before any route saw them.",
                label: "reason", names: reasons, values: reading.rejected))
        add(
            MetricFamily(
                "weir_connections", .gauge, help: "Open connections of clients.",
                samples: zip(listeners, reading.connections).map { name, open in
                    .init([("listener", name)], Double(open))
                }))
        add(handshakes(reading))
        add(
            counts(
                "weir_glitches_total", "Unusual but legal events.", label: "kind",
                names: glitches, values: reading.glitches))
        add(
            counts(
                "weir_rule_failures_total", "Patterns of rules that failed, as no match.",
                label: "reason", names: patternFaults, values: reading.ruleFailures))
    }

    private func requests(_ reading: Reading, _ names: [LabelText]) -> MetricFamily {
        var samples: [MetricFamily.Sample] = []
        for (series, labels) in zip(reading.series, names) {
            let answers = series.answers.sorted { Self.order($0.key) < Self.order($1.key) }
            for (answer, count) in answers {
                let labels = labels.adding("protocol", answer.protocol.name.description)
                    .adding("code", String(answer.code))
                    .adding("flags", answer.flag.name.description)
                samples.append(.init(labels, Double(count)))
            }
            for (codeClass, count) in series.others.sorted(by: { $0.key < $1.key }) {
                let labels = labels.adding("protocol", "other")
                    .adding("code", Self.name(codeClass: codeClass)).adding("flags", "other")
                samples.append(.init(labels, Double(count)))
            }
        }
        return MetricFamily(
            "weir_requests_total", .counter, help: "Exchanges that are over.", samples: samples)
    }

    private func grpcRequests(_ reading: Reading, _ names: [LabelText]) -> MetricFamily {
        MetricFamily(
            "weir_grpc_requests_total", .counter, help: "gRPC calls that are over.",
            samples: zip(reading.series, names).flatMap { series, labels in
                series.grpc.sorted { $0.key.rawValue < $1.key.rawValue }.map { status, count in
                    .init(labels.adding("grpc_status", status.name), Double(count))
                }
            })
    }

    /// How long the open tunnels have been there, on average; none where there is none.
    private func tunnelAges(
        _ reading: Reading, _ names: [LabelText], now: UInt64
    ) -> MetricFamily {
        MetricFamily(
            "weir_tunnel_age_seconds", .gauge, help: "Mean age of the open tunnels.",
            unit: "seconds",
            samples: zip(reading.series, names).filter { $0.0.tunnels > 0 }.map { series, labels in
                let count = UInt64(series.tunnels)
                let ages = Int64(
                    bitPattern: now / 1_000_000 &* count &- series.tunnelStarts)
                return .init(labels, max(Double(ages), 0) / Double(count) / 1000)
            })
    }

    private static func order(_ answer: Answer) -> (UInt16, UInt8, UInt8) {
        (answer.code, answer.protocol.rawValue, answer.flag.rawValue)
    }

    private static func labels(_ labels: SeriesLabels) -> LabelText {
        withoutTag(labels).adding("tag", labels.tag)
    }

    private static func withoutTag(_ labels: SeriesLabels) -> LabelText {
        LabelText([
            ("namespace", labels.namespace), ("route", labels.route),
            ("revision", labels.revision),
        ])
    }

    /// Times are told without the tag, so the series of one revision come together.
    private func byRevision(_ reading: Reading) -> [(labels: LabelText, series: SeriesReading)] {
        var merged: [(labels: LabelText, series: SeriesReading)] = []
        var places: [LabelText: Int] = [:]
        for series in reading.series {
            let labels = Self.withoutTag(series.labels)
            let place = places[labels] ?? merged.count
            if place == merged.count {
                places[labels] = place
                merged.append((labels, SeriesReading(labels: series.labels)))
            }
            merged[place].series.mergeTimes(series)
        }
        return merged
    }

    private func durations(
        _ times: [(labels: LabelText, series: SeriesReading)]
    ) -> [(labels: LabelText, histogram: HistogramReading)] {
        times.flatMap { labels, series in
            series.durations.sorted { $0.key < $1.key }.map { codeClass, histogram in
                (labels.adding("code_class", Self.name(codeClass: codeClass)), histogram)
            }
        }
    }

    private static func name(codeClass: Int) -> String {
        codeClass == 0 ? "none" : "\(codeClass)xx"
    }

    private func gauge(
        _ reading: Reading, _ names: [LabelText], _ name: String, _ help: String,
        _ value: (SeriesReading) -> Int
    ) -> MetricFamily {
        MetricFamily(
            name, .gauge, help: help,
            samples: zip(reading.series, names).map { .init($1, Double(value($0))) })
    }

    private func counts(
        _ name: String, _ help: String, label: String, names: [String], values: [UInt64]
    ) -> MetricFamily {
        MetricFamily(
            name, .counter, help: help,
            samples: zip(names, values).map { .init([(label, $0)], Double($1)) })
    }

    private func handshakes(_ reading: Reading) -> MetricFamily {
        var samples: [MetricFamily.Sample] = []
        for version in TLSVersion.allCases {
            for isResumed in [false, true] {
                let handshake = Reading.Handshake(version: version, isResumed: isResumed)
                let count = reading.handshakes[handshake] ?? 0
                guard count > 0 else { continue }
                let labels = [
                    (name: "version", value: version.name.description),
                    (name: "resumed", value: isResumed ? "true" : "false"),
                ]
                samples.append(.init(labels, Double(count)))
            }
        }
        return MetricFamily(
            "weir_tls_handshakes_total", .counter, help: "Finished TLS handshakes.",
            samples: samples)
    }
}
