/// What one compilation looked at, as marks: 8 bytes each, where a topic with its names takes 60.
///
/// Two topics may have the same mark: then a change of one has what looked at the other done again
/// too, which harms nothing.
struct TopicMarks: Sendable {
    /// Who looked, as the table of readers numbers it.
    let reader: UInt32
    private(set) var marks: [UInt64] = []
    /// Secrets that were looked at, found or not.
    private(set) var secrets: [ObjectKey] = []

    init(reader: UInt32) { self.reader = reader }

    mutating func insert(_ topic: Topic) {
        marks.append(topic.mark)
        if case .object(let key) = topic, key.kind == .secret, !secrets.contains(key) {
            secrets.append(key)
        }
    }

    /// Each mark once, in memory of just their size.
    consuming func sealed() -> TopicMarks {
        marks.sort()
        var last: UInt64?
        marks = Array(
            marks.filter { mark in
                defer { last = mark }
                return mark != last
            })
        return self
    }
}

extension Topic {
    /// The same for equal topics, as long as the process lives.
    var mark: UInt64 { UInt64(bitPattern: Int64(hashValue)) }
}
