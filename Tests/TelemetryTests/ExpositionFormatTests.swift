import Telemetry
import Testing

struct ExpositionFormatTests {
    @Test(
        arguments: [
            (nil, .prometheus), ("", .prometheus), ("*/*", .prometheus),
            ("text/plain", .prometheus), ("text/html", .prometheus),
            ("application/openmetrics-text", .openMetrics),
            ("Application/OpenMetrics-Text; Version=1.0.0", .openMetrics),
            ("application/openmetrics-text;version=2.0.0", .prometheus),
            ("application/openmetrics-text;q=0", .prometheus),
            ("text/plain;q=0.9, application/openmetrics-text;q=0.5", .prometheus),
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,"
                    + "application/openmetrics-text;version=0.0.1;q=0.4,"
                    + "text/plain;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                .openMetrics
            ),
            ("application/openmetrics-text; version=\"1.0.0\"; q=1.0, */*;q=0.1", .openMetrics),
        ] as [(String?, ExpositionFormat)])
    func `the form follows the Accept field`(accept: String?, format: ExpositionFormat) {
        #expect(ExpositionFormat.chosen(accept: accept) == format)
    }
}
