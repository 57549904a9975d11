internal import Routing

/// Reads `weir.dev/rules`: a list, of which the first entry whose conditions all hold is taken.
enum RuleReader {
    /// LIMIT: rules of one object.
    static let rulesMax = TableLimits.rulesMax
    /// LIMIT: conditions of one rule.
    static let conditionsMax = TableLimits.conditionsMax
    /// LIMIT: methods of one condition.
    static let methodsMax = 16
    /// LIMIT: bytes of one name or value; a longer one is in no head that is let in.
    static let textBytesMax = 8 << 10

    private static let fields = [
        "path-regex", "methods", "headers", "query", "cookies", "tag", "revision",
    ]

    static func read(_ cursor: Cursor, _ flaws: inout Flaws) -> [RuleChoice] {
        guard let list = cursor.inner(&flaws) else { return [] }
        let items = list.items(&flaws)
        if items.count > rulesMax {
            flaws.refuse(list, "\(items.count) rules", right: "at most \(rulesMax) would be right")
            return []
        }
        return items.compactMap { rule($0, &flaws) }
    }

    private static func rule(_ cursor: Cursor, _ flaws: inout Flaws) -> RuleChoice? {
        refuseFields(of: cursor, notIn: fields, &flaws)
        guard let target = target(cursor, &flaws) else { return nil }
        var conditions: [RuleCondition] = []
        if cursor["path-regex"].isPresent {
            let pattern = pattern(cursor["path-regex"], &flaws)
            conditions.append(RuleCondition(.path, .regex(pattern)))
        }
        if cursor["methods"].isPresent {
            conditions.append(
                RuleCondition(.method, .oneOf(methods(cursor["methods"], &flaws))))
        }
        for (name, value) in cursor["headers"].entries(&flaws) {
            check(name, value, "header", isWell: FieldText.isToken, &flaws)
            let test = test(value, isWell: FieldText.isFieldValue, &flaws)
            conditions.append(RuleCondition(.header(name), test))
        }
        for (name, value) in cursor["query"].entries(&flaws) {
            check(name, value, "parameter", isWell: isParameterName, &flaws)
            let test = test(value, isWell: isParameterValue, &flaws)
            conditions.append(RuleCondition(.query(name), test))
        }
        for (name, value) in cursor["cookies"].entries(&flaws) {
            check(name, value, "cookie", isWell: FieldText.isToken, &flaws)
            let test = test(value, isWell: isCookieValue, &flaws)
            conditions.append(RuleCondition(.cookie(name), test))
        }
        if conditions.count > conditionsMax {
            flaws.refuse(
                cursor, "\(conditions.count) conditions",
                right: "at most \(conditionsMax) would be right")
        }
        return RuleChoice(
            conditions: conditions, target: target, field: cursor.path, line: cursor.line)
    }

    private static func target(
        _ cursor: Cursor, _ flaws: inout Flaws
    ) -> RuleChoice.Target? {
        let tag = cursor["tag"].text(&flaws)
        let revision = cursor["revision"].text(&flaws)
        switch (tag.isEmpty, revision.isEmpty) {
        case (false, true): return .tag(tag)
        case (true, false): return .revision(revision)
        case (let areNone, _):
            flaws.refuse(
                Flaw(
                    line: cursor.line, field: "\(cursor.path).revision, \(cursor.path).tag",
                    wrong: "expected exactly one, got \(areNone ? "neither" : "both")",
                    right: "write a tag or a revision"))
            return nil
        }
    }

    private static func methods(_ cursor: Cursor, _ flaws: inout Flaws) -> [String] {
        let items = cursor.items(&flaws)
        if items.isEmpty || items.count > methodsMax {
            flaws.refuse(
                cursor, "\(items.count) methods", right: "1 to \(methodsMax) would be right")
        }
        return items.map { item in
            let method = item.text(&flaws)
            if !FieldText.isToken(method) {
                flaws.refuse(item, "invalid method \"\(method)\"", right: "write one like GET")
            } else if method != method.uppercased() {
                flaws.warn(
                    item, "methods are told apart by case", right: "write \(method.uppercased())")
            }
            return method
        }
    }

    /// A plain string is `exact`.
    private static func test(
        _ cursor: Cursor, isWell: (String) -> Bool, _ flaws: inout Flaws
    ) -> RuleCondition.Test {
        guard cursor.tree?.isMap == true else {
            if !cursor.isPresent {
                flaws.refuse(
                    cursor, "missing field(s)", right: "write a value or {present: true}")
            }
            return .exact(exact(cursor, isWell: isWell, &flaws))
        }
        let names = ["exact", "regex", "present"]
        refuseFields(of: cursor, notIn: names, &flaws)
        let given = names.filter { cursor[$0].isPresent }
        guard given.count == 1 else {
            flaws.refuse(
                cursor, "expected exactly one, got \(given.isEmpty ? "neither" : "several")",
                right: "write one of \(names.joined(separator: ", "))")
            return .present
        }
        switch given[0] {
        case "exact": return .exact(exact(cursor["exact"], isWell: isWell, &flaws))
        case "regex": return .regex(pattern(cursor["regex"], &flaws))
        default:
            if cursor["present"].flag(&flaws) == false {
                flaws.refuse(
                    cursor["present"], "absence is no condition", right: "write present: true")
            }
            return .present
        }
    }

    private static func exact(
        _ cursor: Cursor, isWell: (String) -> Bool, _ flaws: inout Flaws
    ) -> String {
        let text = cursor.text(&flaws)
        if !isWell(text) || text.utf8.count > textBytesMax {
            flaws.refuse(
                cursor, "is no value that a request could have",
                right: "write it as it stands in the request")
        }
        return text
    }

    private static func pattern(_ cursor: Cursor, _ flaws: inout Flaws) -> String {
        let text = cursor.text(&flaws)
        if text.isEmpty {
            flaws.refuse(cursor, "missing field(s)", right: "write a regular expression")
        } else if let wrong = RegexPattern.check(text) {
            flaws.refuse(cursor, wrong, right: "write a regular expression that PCRE2 takes")
        }
        return text
    }

    /// A condition that nobody reads would make its rule wider than it is meant to be.
    private static func refuseFields(
        of cursor: Cursor, notIn known: [String], _ flaws: inout Flaws
    ) {
        for (name, value) in cursor.entries(&flaws) where !known.contains(name) {
            let right =
                NearestName.of(name, among: known).map { "write \($0)" }
                ?? "known here are \(known.joined(separator: ", "))"
            flaws.refuse(value, "unknown field", right: right)
        }
    }

    private static func check(
        _ name: String, _ cursor: Cursor, _ kind: String, isWell: (String) -> Bool,
        _ flaws: inout Flaws
    ) {
        if !isWell(name) || name.utf8.count > textBytesMax {
            flaws.refuse(
                cursor, "invalid \(kind) name \"\(name.prefix(64))\"",
                right: "write it as it stands in the request")
        }
    }

    private static func isParameterName(_ text: String) -> Bool {
        !text.isEmpty && FieldText.isVisible(text)
            && !text.utf8.contains { "&=#".utf8.contains($0) }
    }

    private static func isParameterValue(_ text: String) -> Bool {
        FieldText.isVisible(text) && !text.utf8.contains { "&#".utf8.contains($0) }
    }

    private static func isCookieValue(_ text: String) -> Bool {
        FieldText.isFieldValue(text) && !text.utf8.contains(UInt8(ascii: ";"))
    }
}
