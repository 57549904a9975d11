/// What one compilation looked at, as marks: 4 bytes each, where a topic with its names takes 60.
///
/// Two topics may have the same mark: then a change of one has what looked at the other done again
/// too, which harms nothing.
struct TopicMarks: Sendable {
    /// Who looked, as the table of readers numbers it.
    let reader: UInt32
    /// What is looked at by destinations is nearly always one thing: 0 where it is not.
    private var only: UInt32 = 0
    private var list: [UInt32] = []
    /// Secrets that were looked at, found or not.
    private(set) var secrets: [ObjectKey] = []

    init(reader: UInt32) {
        self.reader = reader
        list.reserveCapacity(16)
    }

    /// Each once.
    var marks: [UInt32] { only == 0 ? list : [only] }

    mutating func insert(_ topic: Topic) {
        list.append(topic.mark)
        if case .object(let key) = topic, key.kind == .secret, !secrets.contains(key) {
            secrets.append(key)
        }
    }

    /// Of an object, by the hash of its key.
    mutating func insert(_ kind: ObjectKind, _ namespace: String, _ name: String, hash: Int) {
        if kind == .secret { return insert(.object(ObjectKey(kind, namespace, name))) }
        list.append(Topic.mark(ofObject: hash))
    }

    /// Each mark once, in memory of just their size.
    consuming func sealed() -> TopicMarks {
        list.sort()
        var count = 0
        for place in list.indices where place == 0 || list[place] != list[place - 1] {
            count += 1
        }
        if count == 1 {
            only = list[0]
            list = []
            return self
        }
        var sealed: [UInt32] = []
        sealed.reserveCapacity(count)
        for mark in list where mark != sealed.last { sealed.append(mark) }
        list = sealed
        return self
    }
}

extension Topic {
    /// The same for equal topics, as long as the process lives; never 0.
    var mark: UInt32 {
        // An object's key has its hash.
        if case .object(let key) = self { return Self.mark(ofObject: key.hash) }
        return max(1, UInt32(truncatingIfNeeded: hashValue))
    }

    /// By the hash of its key.
    static func mark(ofObject hash: Int) -> UInt32 { max(1, UInt32(truncatingIfNeeded: hash)) }
}
