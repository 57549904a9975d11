/// What is known of the names that are asked for, and when each is to be asked for again.
///
/// Pure: answers and times come in, news goes out. Times are monotonic nanoseconds.
package struct NameBook {
    /// LIMIT: seconds that an answer holds at least, and at most, whatever its servers say.
    package static let secondsHeld: ClosedRange<UInt32> = 1...300
    /// LIMIT: names; what comes above is left unresolved.
    package static let namesMax = 4096
    /// Seconds until a name without an answer is asked for again; doubled each time, up to the
    /// longest that an answer holds.
    private static let secondsBetween: UInt64 = 2

    private struct Entry {
        /// The last good answer, one for each family.
        var addresses: [NameFamily: [[UInt8]]] = [:]
        var due: UInt64
        var failures: UInt64 = 0
        var problem = ""
        var hasReported = false

        /// IPv4 first.
        var all: [[UInt8]] { NameFamily.allCases.flatMap { addresses[$0] ?? [] } }

        mutating func hold(for seconds: UInt32, from now: UInt64) {
            let held = min(max(seconds, secondsHeld.lowerBound), secondsHeld.upperBound)
            due = now + UInt64(held) * 1_000_000_000
            failures = 0
            problem = ""
        }

        mutating func fail(_ why: String, at now: UInt64) {
            let pause = min(secondsBetween << min(failures, 16), UInt64(secondsHeld.upperBound))
            due = now + pause * 1_000_000_000
            failures += 1
            problem = why
        }
    }

    private var entries: [String: Entry] = [:]

    package init() {}

    /// Replaces the names that are asked for; a new one is due at once.
    package mutating func want(_ names: Set<String>, at now: UInt64) {
        entries = entries.filter { names.contains($0.key) }
        for name in names.sorted() where entries.count < Self.namesMax && entries[name] == nil {
            entries[name] = Entry(due: now)
        }
    }

    /// The name that has been due for longest; nil while none is.
    package func due(at now: UInt64) -> String? {
        let first = entries.min { ($0.value.due, $0.key) < ($1.value.due, $1.key) }
        guard let first, first.value.due <= now else { return nil }
        return first.key
    }

    /// Nanoseconds until a name is due, an hour at most.
    package func wait(at now: UInt64) -> UInt64 {
        let hour: UInt64 = 3_600_000_000_000
        guard let due = entries.values.map(\.due).min() else { return hour }
        return due > now ? min(due - now, hour) : 0
    }

    /// Takes what was answered; gives news where something is other than it was.
    ///
    /// A name that has none of its addresses any more, or whose servers do not answer, keeps its
    /// last good ones.
    package mutating func take(
        _ answers: [NameFamily: NameAnswer], of name: String, at now: UInt64
    ) -> NameNews? {
        guard var entry = entries[name] else { return nil }
        let before = (entry.addresses, entry.problem)
        let found = answers.compactMapValues { answer -> (ips: [[UInt8]], seconds: UInt32)? in
            guard case .found(let ips, let seconds) = answer else { return nil }
            return (ips.sorted { $0.lexicographicallyPrecedes($1) }, seconds)
        }
        for (family, answer) in answers {
            if let found = found[family] {
                entry.addresses[family] = found.ips
            } else if answer == .absent, !found.isEmpty {
                entry.addresses[family] = nil
            }
        }
        if let seconds = found.values.map(\.seconds).min() {
            entry.hold(for: seconds, from: now)
        } else {
            let isSilent = answers.values.contains(.failed)
            entry.fail(
                isSilent ? "the name servers do not answer" : "the name has no address", at: now)
        }
        let isNews = !entry.hasReported || before != (entry.addresses, entry.problem)
        entry.hasReported = true
        entries[name] = entry
        return isNews ? NameNews(name: name, addresses: entry.all, problem: entry.problem) : nil
    }
}
