import Bytes
import Foundation
import Telemetry
import Testing

struct ExpositionTests {
    private static func text(_ exposition: consuming Exposition) -> String {
        String(decoding: exposition.finish(), as: UTF8.self)
    }

    private static func sample(_ format: ExpositionFormat) throws -> String {
        let buckets = try #require(DurationBuckets(seconds: [0.005, 1]))
        var sheets = [TallySheet(buckets: buckets), TallySheet(buckets: buckets)]
        defer { for sheet in sheets { sheet.destroy() } }
        let stable = SeriesLabels(
            id: Handle(index: 0, generation: 1), namespace: "default", route: "app",
            revision: "app-1", tag: "")
        let tagged = SeriesLabels(
            id: Handle(index: 1, generation: 1), namespace: "default", route: "app",
            revision: "app-1", tag: "a\"b\\c\nd")
        for var sheet in sheets {
            for series in [stable, tagged] {
                sheet.record(
                    series: series.id, protocol: .http1, code: 200, flag: .none,
                    durationNanoseconds: 5_000_000, firstByteNanoseconds: 2_000_000_001)
            }
            sheet.record(stable.id, 503, flag: .UH)
            sheet.began(stable.id)
            sheet.rejected(1)
            sheet.probe()
            sheet.connectionOpened(listener: 0)
        }
        sheets[0].record(.none, 404, flag: .NR)
        sheets[0].handshake(.tls13, isResumed: true)
        let reading = Reading(sheets: sheets, series: [stable, tagged])
        var exposition = Exposition(format)
        exposition.add(
            reading, reasons: ["bad-framing", "head-too-large"], listeners: ["external-http"],
            glitches: [], now: 0)
        exposition.add(
            MetricFamily(
                "weir_build_info", .info, help: "What runs.",
                samples: [.init([("version", "1.0")], 1)]))
        exposition.add(
            MetricFamily(
                "weir_table_apply_seconds", .gauge, help: "How long.\nAnd \"why\".",
                unit: "seconds", samples: [.init(0.0125)]))
        exposition.add(MetricFamily("weir_object_errors", .gauge, help: "None.", samples: []))
        return text(exposition)
    }

    /// Set `WEIR_UPDATE_GOLDEN` to write the file anew, and read the difference.
    @Test func `OpenMetrics text is as it was agreed`() throws {
        let text = try Self.sample(.openMetrics)
        if ProcessInfo.processInfo.environment["WEIR_UPDATE_GOLDEN"] != nil {
            try text.write(to: Self.golden, atomically: true, encoding: .utf8)
        }
        #expect(try text == String(contentsOf: Self.golden, encoding: .utf8))
    }

    private static let golden = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/metrics.openmetrics.txt")

    @Test func `the older text differs in names, units and the end`() throws {
        let text = try Self.sample(.prometheus)
        var expected = try String(contentsOf: Self.golden, encoding: .utf8).replacing(
            " weir_build info", with: " weir_build_info gauge")
        expected = expected.replacing(" weir_build What", with: " weir_build_info What")
        for family in [
            "weir_requests", "weir_probe_requests", "weir_rejected_requests",
            "weir_tls_handshakes",
        ] {
            expected = expected.replacing(" \(family) ", with: " \(family)_total ")
        }
        expected = expected.replacing("And \\\"why\\\".", with: "And \"why\".")
        let lines = expected.split(separator: "\n").filter {
            !$0.hasPrefix("# UNIT") && $0 != "# EOF"
        }
        #expect(text == lines.joined(separator: "\n") + "\n")
    }

    @Test(arguments: [ExpositionFormat.openMetrics, .prometheus])
    func `the text passes a strict reading`(format: ExpositionFormat) throws {
        let text = try Self.sample(format)
        #expect(ExpositionCheck.faults(in: text, format) == [])
    }

    @Test func `the strict reading finds faults`() throws {
        let good = try Self.sample(.openMetrics)
        for (right, wrong) in [
            ("# EOF\n", ""), ("weir_requests_total{", "weir_requests{"),
            ("# UNIT weir_table_apply_seconds seconds", "# UNIT weir_table_apply_seconds bytes"),
            ("code_class=\"2xx\",le=\"1.0\"} 4", "code_class=\"2xx\",le=\"1.0\"} 9"),
            ("_count{namespace=\"default\"", "_kount{namespace=\"default\""),
            ("a\\\"b", "a\"b"), ("# TYPE weir_build info", "# TYPE weir_build gauge"),
        ] {
            let text = good.replacing(right, with: wrong)
            #expect(text != good, "\(right)")
            #expect(ExpositionCheck.faults(in: text, .openMetrics) != [], "\(right)")
        }
    }

    @Test(
        arguments: [
            (1, "1"), (0, "0"), (-2, "-2"), (0.1, "0.1"), (1e-7, "1e-07"), (1e300, "1e+300"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (0.90001, "0.90001"),
        ] as [(Double, String)])
    func `values are written in the shortest form that reads back`(value: Double, text: String) {
        var exposition = Exposition(.prometheus)
        exposition.add(MetricFamily("weir_x", .gauge, help: "X.", samples: [.init(value)]))
        #expect(Self.text(exposition).hasSuffix("\nweir_x \(text)\n"))
    }

    @Test func `a family that comes twice traps`() async {
        await #expect(processExitsWith: .failure) {
            var exposition = Exposition(.openMetrics)
            let family = MetricFamily("weir_x", .gauge, help: "X.", samples: [.init(1)])
            exposition.add(family)
            exposition.add(family)
        }
    }
}
