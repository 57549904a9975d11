internal import Synchronization

/// Does work that falls into parts, perhaps several at a time: who has threads lends them.
public struct Crew: Sendable {
    /// Items that are done in one go, so that handing them out costs next to nothing.
    public static let partSize = 16

    /// Does a part.
    public typealias Part = @Sendable (Int) -> Void
    /// Takes what a part made.
    public typealias Taking = (Int) -> Void

    @usableFromInline
    let run: @Sendable (_ count: Int, _ part: @escaping Part, _ take: Taking) -> Void

    /// `run` calls `part` once for each number below `count`, in any order, on any threads.
    ///
    /// It calls `take` on the caller's thread, for one number after the other, when its part is
    /// done, and returns when all are taken.
    package init(
        run: @escaping @Sendable (_ count: Int, _ part: @escaping Part, _ take: Taking) -> Void
    ) {
        self.run = run
    }

    /// One part after the other, on the caller's thread.
    package static let alone = Crew { count, part, take in
        for number in 0..<count {
            part(number)
            take(number)
        }
    }

    @usableFromInline
    final class Results<Made: Sendable>: Sendable {
        private let parts: Mutex<[[Made]]>

        @usableFromInline
        init(count: Int) { parts = Mutex(Array(repeating: [], count: count)) }

        @usableFromInline
        func put(_ part: [Made], _ number: Int) { parts.withLock { $0[number] = part } }

        @usableFromInline
        func take(_ number: Int) -> [Made] {
            parts.withLock { parts in
                defer { parts[number] = [] }
                return parts[number]
            }
        }
    }

    /// Takes what is made of each item, in their order, on the caller's thread, while others make
    /// what comes next.
    ///
    /// Inlinable, as generic code would copy all items and what is made of them.
    @inlinable
    public func map<Item: Sendable, Made: Sendable>(
        _ items: [Item], partSize: Int = Crew.partSize,
        _ make: @escaping @Sendable (Item) -> Made, taking take: (Item, Made) -> Void
    ) {
        let count = (items.count + partSize - 1) / partSize
        let results = Results<Made>(count: count)
        run(
            count,
            { number in
                let start = number * partSize
                let end = min(start + partSize, items.count)
                var part: [Made] = []
                part.reserveCapacity(end - start)
                // By spans: what arrays give out to generic code takes memory for each item.
                let span = items.span
                for index in start..<end { part.append(make(span[index])) }
                results.put(part, number)
            },
            { number in
                let part = results.take(number)
                let (all, made) = (items.span, part.span)
                for index in made.indices { take(all[number * partSize + index], made[index]) }
            })
    }

    /// What is made of the items, in their order.
    package func map<Item: Sendable, Made: Sendable>(
        _ items: [Item], _ make: @escaping @Sendable (Item) -> Made
    ) -> [Made] {
        var all: [Made] = []
        all.reserveCapacity(items.count)
        map(items, make) { all.append($1) }
        return all
    }
}
