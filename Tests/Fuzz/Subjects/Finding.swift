/// A rule that an input breaks.
struct Finding: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Throws a finding where something does not hold.
func demand(_ holds: Bool, _ text: @autoclosure () -> String) throws(Finding) {
    if !holds { throw Finding(text()) }
}

/// Throws a finding where two things that must be equal are not.
func demand<Value: Equatable>(
    _ found: Value, equals wanted: Value, _ text: @autoclosure () -> String
) throws(Finding) {
    if found != wanted { throw Finding("\(text()):\n\(found)\ninstead of\n\(wanted)") }
}
