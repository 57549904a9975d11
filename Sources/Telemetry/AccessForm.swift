/// The two forms in which an access record is written.
package enum AccessForm: Sendable {
    /// Envoy's default line.
    case text
    /// One JSON object a line, with Envoy Gateway's keys and ours.
    case json
}
