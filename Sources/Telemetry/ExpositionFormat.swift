/// The two text forms in which scrapers take metrics.
package enum ExpositionFormat: Sendable {
    /// OpenMetrics 1.0.0.
    case openMetrics
    /// The older Prometheus text format, 0.0.4.
    case prometheus

    /// The `Content-Type` of the text.
    package var contentType: String {
        switch self {
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        }
    }

    /// The form that an `Accept` value asks for: OpenMetrics only where it is named with at
    /// least the weight of every plain-text range, the older form otherwise (RFC 9110 §12.5.1).
    package static func chosen(accept: String?) -> ExpositionFormat {
        var openMetrics = 0.0
        var plain = 0.0
        for range in (accept ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { trimmed($0).lowercased() }
            guard let media = parts.first else { continue }
            var weight = 1.0
            var version = "1.0.0"
            for parameter in parts.dropFirst() {
                if parameter.hasPrefix("q=") { weight = Double(parameter.dropFirst(2)) ?? 0 }
                if parameter.hasPrefix("version=") {
                    version = parameter.dropFirst(8).filter { $0 != "\"" }
                }
            }
            switch media {
            case "application/openmetrics-text":
                // 0.0.1 was the draft; its scrapers read 1.0.0 as well.
                if version == "1.0.0" || version == "0.0.1" {
                    openMetrics = max(openMetrics, weight)
                }
            case "text/plain", "text/*", "*/*": plain = max(plain, weight)
            default: break
            }
        }
        return openMetrics > 0 && openMetrics >= plain ? .openMetrics : .prometheus
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }
}
