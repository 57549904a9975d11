import Routing

/// Who must be done again when a topic changes.
struct ReaderTable: Sendable {
    enum Reader: Hashable, Sendable {
        case program(ObjectKey)
        case destinations(DestinationKey)
    }

    /// The reader of each mark, `many` where there are several.
    private var one = HashIndex()
    /// Most topics have one reader, some have nearly all.
    private var several: [UInt32: Set<UInt32>] = [:]
    private static let many = Int(UInt32.max) - 1
    /// By number; nil for numbers that are free.
    private var readers: [Reader?] = []
    private var free: [UInt32] = []

    /// A number for a reader, until it is removed.
    mutating func add(_ reader: Reader) -> UInt32 {
        if let number = free.popLast() {
            readers[Int(number)] = reader
            return number
        }
        readers.append(reader)
        return UInt32(readers.count - 1)
    }

    /// The reader must not look at anything any more.
    mutating func remove(_ number: UInt32) {
        readers[Int(number)] = nil
        free.append(number)
    }

    mutating func subscribe(_ topics: TopicMarks) {
        let number = topics.reader
        for mark in topics.marks {
            switch known(mark) {
            case nil: one.insert(Int(number), hash: Int(mark))
            case Self.many: several[mark]?.insert(number)
            case let other?:
                one.remove(other, hash: Int(mark))
                one.insert(Self.many, hash: Int(mark))
                several[mark] = [UInt32(other), number]
            }
        }
    }

    mutating func unsubscribe(_ topics: TopicMarks) {
        for mark in topics.marks {
            guard let number = known(mark) else { continue }
            if number == Self.many {
                several[mark]?.remove(topics.reader)
                guard several[mark]?.isEmpty == true else { continue }
                several[mark] = nil
            }
            one.remove(number, hash: Int(mark))
        }
    }

    private func known(_ mark: UInt32) -> Int? { one.find(Int(mark)) { _ in true } }

    /// Those that looked at the topic, and perhaps some others.
    func readers(of topic: Topic) -> [Reader] {
        let mark = topic.mark
        switch known(mark) {
        case nil: return []
        case Self.many: return (several[mark] ?? []).compactMap { readers[Int($0)] }
        case let number?: return [readers[number]].compactMap(\.self)
        }
    }
}
