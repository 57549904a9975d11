/// The compiled patterns of all routes' rules, one per text, for as long as anybody uses them.
struct PatternStore {
    private struct Entry {
        let pattern: RegexPattern
        var users: Int
    }

    /// By bytes: equal strings may differ in theirs.
    private var entries: [[UInt8]: Entry] = [:]
    /// Had no user at some time during this update.
    private var idle: [[UInt8]] = []

    /// Why a route is refused that would find room in a smaller table.
    static let full = "too many patterns in the table"

    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var count: Int { entries.count }

    /// The pattern of a text that somebody uses.
    subscript(text: [UInt8]) -> RegexPattern? { entries[text]?.pattern }

    /// Compiles what is new, without a user yet; gives what is wrong.
    mutating func prepare(_ texts: Set<[UInt8]>) -> String? {
        for text in texts where entries[text] == nil {
            if entries.count >= limit {
                return Self.full
            }
            do throws(RegexFault) {
                entries[text] = Entry(pattern: try RegexPattern(text), users: 0)
                idle.append(text)
            } catch {
                return "the pattern \(String(decoding: text, as: UTF8.self)): \(error.reason)"
            }
        }
        return nil
    }

    /// One more user of a prepared text.
    mutating func acquire(_ text: [UInt8]) {
        guard entries[text] != nil else { preconditionFailure("a pattern that is not prepared") }
        entries[text]?.users += 1
    }

    /// One user less; the pattern stays until `flush`.
    mutating func release(_ text: [UInt8]) {
        guard let users = entries[text]?.users, users > 0 else {
            preconditionFailure("released more often than acquired")
        }
        entries[text]?.users = users - 1
        if users == 1 { idle.append(text) }
    }

    /// Ends an update: what has no user waits in the graveyard for the last worker.
    mutating func flush(_ graveyard: inout Graveyard) {
        for text in idle {
            guard let entry = entries[text], entry.users == 0 else { continue }
            entries[text] = nil
            graveyard.bury(entry.pattern)
        }
        idle.removeAll()
    }
}
