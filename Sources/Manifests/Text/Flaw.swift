/// One thing that is wrong in a text, before the file and the object it belongs to are known.
struct Flaw: Error, Hashable, Sendable {
    /// Counts from 1.
    var line: Int
    /// The path of the field, as Kubernetes writes it: `spec.traffic[0].percent`.
    var field: String
    var wrong: String
    var right: String
}

extension Flaw {
    /// The text as a whole cannot be read.
    init(unreadable problem: String, right: String = "write valid YAML or JSON", line: Int) {
        self.init(line: line, field: "", wrong: "does not parse: \(problem)", right: right)
    }
}

/// What one object's reading and validation found.
struct Flaws: Sendable {
    /// Each refuses the object.
    private(set) var errors: [Flaw] = []
    /// Said, but the object works.
    private(set) var warnings: [Flaw] = []
    /// Legal, but surely not meant: only said when asked for.
    private(set) var remarks: [Flaw] = []

    /// LIMIT: flaws kept for one object; what comes after is as wrong as what came before.
    private static let limit = 100

    mutating func refuse(_ cursor: Cursor, _ wrong: String, right: String) {
        refuse(
            Flaw(line: cursor.line, field: cursor.path, wrong: wrong, right: right))
    }

    /// Beyond the limit the flaw is not even made: its path costs as much as what stands around it.
    mutating func refuse(_ flaw: @autoclosure () -> Flaw) {
        if errors.count < Self.limit { errors.append(flaw()) }
    }

    mutating func remark(_ flaw: @autoclosure () -> Flaw) {
        if remarks.count < Self.limit { remarks.append(flaw()) }
    }

    mutating func warn(_ cursor: Cursor, _ wrong: String, right: String) {
        warn(Flaw(line: cursor.line, field: cursor.path, wrong: wrong, right: right))
    }

    mutating func warn(_ flaw: @autoclosure () -> Flaw) {
        if warnings.count < Self.limit { warnings.append(flaw()) }
    }
}
