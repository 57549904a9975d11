import Routing

/// Who must be done again when a topic changes.
struct ReaderTable: Sendable {
    enum Reader: Hashable, Sendable {
        case program(ObjectKey)
        case destinations(DestinationKey)
    }

    /// The readers of each mark that has up to `fewMax`; where there are more, the number
    /// `elsewhere` alone.
    private var few = HashIndex()
    private static let fewMax = 4
    private static let elsewhere = Int(UInt32.max) - 1
    /// The readers of marks that have, or had, more than a few: some topics have nearly all.
    private var many: [UInt32: Set<UInt32>] = [:]
    /// By number; nil for numbers that are free.
    private var readers: [Reader?] = []
    private var free: [UInt32] = []

    /// Whether nobody looks at anything.
    var isEmpty: Bool { readers.count == free.count }

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
        for mark in topics.marks {
            var count = 0
            let isMany =
                few.find(Int(mark)) { number in
                    count += 1
                    return number == Self.elsewhere
                } != nil
            if isMany {
                many[mark]?.insert(topics.reader)
            } else if count < Self.fewMax {
                few.insert(Int(topics.reader), hash: Int(mark))
            } else {
                let known = readers(of: mark)
                for number in known { few.remove(Int(number), hash: Int(mark)) }
                few.insert(Self.elsewhere, hash: Int(mark))
                many[mark] = Set(known + [topics.reader])
            }
        }
    }

    mutating func unsubscribe(_ topics: TopicMarks) {
        for mark in topics.marks {
            guard many[mark] != nil else {
                few.remove(Int(topics.reader), hash: Int(mark))
                continue
            }
            many[mark]?.remove(topics.reader)
            if many[mark]?.isEmpty == true {
                many[mark] = nil
                few.remove(Self.elsewhere, hash: Int(mark))
            }
        }
    }

    private func readers(of mark: UInt32) -> [UInt32] {
        var numbers: [UInt32] = []
        let isMany =
            few.find(Int(mark)) { number in
                if number == Self.elsewhere { return true }
                numbers.append(UInt32(number))
                return false
            } != nil
        return isMany ? Array(many[mark] ?? []) : numbers
    }

    /// Those that looked at the topic, and perhaps some others.
    func readers(of topic: Topic) -> [Reader] {
        readers(of: topic.mark).compactMap { readers[Int($0)] }
    }
}
