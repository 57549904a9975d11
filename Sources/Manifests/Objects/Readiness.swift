/// What the condition Ready says; without conditions an object counts as ready.
enum Readiness: Hashable, Sendable {
    case ready
    case pending
    case failed

    init(_ status: Cursor, _ flaws: inout Flaws) {
        self = .ready
        guard status.isPresent else { return }
        for condition in status["conditions"].items(&flaws)
        where condition["type"].text(&flaws) == "Ready" {
            switch condition["status"].text(&flaws) {
            case "True": self = .ready
            case "False": self = .failed
            default: self = .pending
            }
        }
    }
}
