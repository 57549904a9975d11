internal import Foundation
internal import Manifests

/// What `weir check` found, by file and line.
package struct CheckReport: Encodable, Sendable {
    /// How grave a finding is.
    package enum Grade: String, Encodable, Sendable {
        /// Refused, or not served.
        case error
        /// Legal, but surely not meant.
        case warning
        /// Worth knowing; nothing is wrong.
        case note
    }

    /// One line about one place.
    package struct Finding: Encodable, Hashable, Sendable {
        package var grade: Grade
        package var file: String
        package var line: Int?
        /// Left out where no object is meant.
        package var kind: String?
        package var namespace: String?
        package var name: String?
        package var field: String?
        package var wrong: String
        package var right: String

        /// `file:line: grade: field: what is wrong, what would be right`.
        package var text: String {
            let place = line.map { "\(file):\($0)" } ?? file
            let field = field.map { "\($0): " } ?? ""
            return "\(place): \(grade.rawValue): \(field)\(wrong), \(right)"
        }
    }

    package let findings: [Finding]
    /// What was looked at.
    package let objects: Int
    package let routes: Int

    init(_ findings: [Finding], objects: Int, routes: Int) {
        self.findings = findings.sorted { ($0.file, $0.line ?? 0) < ($1.file, $1.line ?? 0) }
        self.objects = objects
        self.routes = routes
    }

    /// Whether something should be done.
    package var isGood: Bool { findings.allSatisfy { $0.grade == .note } }

    /// One finding a line, and a last line that sums up.
    package var text: String {
        let counts = [Grade.error, .warning].map { grade in
            let count = findings.count { $0.grade == grade }
            return "\(count) \(grade.rawValue)\(count == 1 ? "" : "s")"
        }
        let seen =
            "\(objects) object\(objects == 1 ? "" : "s"), "
            + "\(routes) route\(routes == 1 ? "" : "s")"
        let last = isGood ? "nothing wrong" : counts.joined(separator: ", ")
        return (findings.map(\.text) + ["\(seen): \(last)"]).map { $0 + "\n" }.joined()
    }
}

extension CheckReport.Finding {
    init(_ grade: CheckReport.Grade, _ fault: ObjectFault) {
        self.init(
            grade: grade, file: fault.file, line: fault.line, kind: fault.kind.nonEmpty,
            namespace: fault.namespace.nonEmpty, name: fault.name.nonEmpty,
            field: fault.field.nonEmpty, wrong: fault.wrong, right: fault.right)
    }

    init(_ grade: CheckReport.Grade, _ fault: SettingFault) {
        let parts = fault.place.split(separator: ":").map(String.init)
        let line = parts.count > 1 ? parts.last.flatMap { Int($0) } : nil
        self.init(
            grade: grade,
            file: line == nil ? fault.place : parts.dropLast().joined(separator: ":"),
            line: line, field: fault.key.nonEmpty, wrong: fault.wrong, right: fault.right)
    }
}

extension CheckReport.Finding {
    /// `path: what is wrong`, of what could not be watched or was left out.
    init(problem: String) {
        let colon = problem.range(of: ": ")
        self.init(
            grade: .error, file: colon.map { String(problem[..<$0.lowerBound]) } ?? problem,
            wrong: colon.map { String(problem[$0.upperBound...]) } ?? "",
            right: "something that can be read and watched would be right")
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
