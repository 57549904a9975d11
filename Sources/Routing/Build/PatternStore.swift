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

    /// Patterns that there is room for.
    var available: Int { limit - entries.count }

    /// Compiles what is new, without a user yet; gives what is wrong, and then takes nothing in.
    mutating func prepare(_ texts: Set<[UInt8]>) -> String? {
        let new = texts.filter { entries[$0] == nil }
        if new.count > available { return Self.full }
        var compiled: [[UInt8]: RegexPattern] = [:]
        for text in new {
            do throws(RegexFault) {
                compiled[text] = try RegexPattern(text)
            } catch {
                return "the pattern \(String(decoding: text, as: UTF8.self)): \(error.reason)"
            }
        }
        for (text, pattern) in compiled {
            entries[text] = Entry(pattern: pattern, users: 0)
            idle.append(text)
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
