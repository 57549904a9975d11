/// What one compilation looked at, as marks: 4 bytes each, where a topic with its names takes 60.
///
/// Two topics may have the same mark: then a change of one has what looked at the other done again
/// too, which harms nothing.
struct TopicMarks: Sendable {
    /// Who looked, as the table of readers numbers it.
    let reader: UInt32
    private(set) var marks: [UInt32] = []
    /// Secrets that were looked at, found or not.
    private(set) var secrets: [ObjectKey] = []

    init(reader: UInt32) {
        self.reader = reader
        marks.reserveCapacity(16)
    }

    mutating func insert(_ topic: Topic) {
        marks.append(topic.mark)
        if case .object(let key) = topic, key.kind == .secret, !secrets.contains(key) {
            secrets.append(key)
        }
    }

    /// Each mark once, in memory of just their size.
    consuming func sealed() -> TopicMarks {
        marks.sort()
        var count = 0
        for place in marks.indices where place == 0 || marks[place] != marks[place - 1] {
            count += 1
        }
        var sealed: [UInt32] = []
        sealed.reserveCapacity(count)
        for mark in marks where mark != sealed.last { sealed.append(mark) }
        marks = sealed
        return self
    }
}

extension Topic {
    /// The same for equal topics, as long as the process lives.
    var mark: UInt32 { UInt32(truncatingIfNeeded: hashValue) }
}
