import Testing

/// How a client comes to the gateway.
enum Transport: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case plain
    case secure

    var testDescription: String { rawValue }
}
