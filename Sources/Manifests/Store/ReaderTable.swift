import Routing

/// Who must be done again when a topic changes.
struct ReaderTable: Sendable {
    enum Reader: Hashable, Sendable {
        case program(ObjectKey)
        case destinations(DestinationKey)
    }

    /// Most topics have one reader, some have nearly all.
    private enum Numbers {
        case one(UInt32)
        case many(Set<UInt32>)
    }

    private var byMark: [UInt64: Numbers] = [:]
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
            switch byMark[mark] {
            case nil: byMark[mark] = .one(number)
            case .one(let other): byMark[mark] = .many([other, number])
            case .many(var numbers):
                // Not held twice, so that it is not copied.
                byMark[mark] = .one(number)
                numbers.insert(number)
                byMark[mark] = .many(numbers)
            }
        }
    }

    mutating func unsubscribe(_ topics: TopicMarks) {
        for mark in topics.marks {
            guard case .many(var numbers) = byMark[mark] else {
                byMark[mark] = nil
                continue
            }
            byMark[mark] = .one(topics.reader)
            numbers.remove(topics.reader)
            byMark[mark] = numbers.isEmpty ? nil : .many(numbers)
        }
    }

    /// Those that looked at the topic, and perhaps some others.
    func readers(of topic: Topic) -> [Reader] {
        switch byMark[topic.mark] {
        case nil: []
        case .one(let number): [readers[Int(number)]].compactMap(\.self)
        case .many(let numbers): numbers.compactMap { readers[Int($0)] }
        }
    }
}
