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
    package let run: @Sendable (_ count: Int, _ part: @escaping Part, _ take: Taking) -> Void
    private let settled: @Sendable () -> Void

    /// `run` calls `part` once for each number below `count`, in any order, on any threads.
    ///
    /// It calls `take` on the caller's thread, for one number after the other, when its part is
    /// done, and returns when all are taken. `settle` returns when no thread holds anything of it any
    /// more.
    package init(
        run: @escaping @Sendable (_ count: Int, _ part: @escaping Part, _ take: Taking) -> Void,
        settle: @escaping @Sendable () -> Void
    ) {
        self.run = run
        settled = settle
    }

    /// One part after the other, on the caller's thread.
    package static let alone = Crew(
        run: { count, part, take in
            for number in 0..<count {
                part(number)
                take(number)
            }
        }, settle: {})

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

    /// Lets go of items that the caller holds no more, in parts: to free many takes as long as to make
    /// them.
    package func drop<Item: Sendable>(_ items: consuming [Item]) {
        let count = (items.count + Self.partSize - 1) / Self.partSize
        let parts = Results<Item>(count: count)
        for number in 0..<count {
            let start = number * Self.partSize
            parts.put(Array(items[start..<min(start + Self.partSize, items.count)]), number)
        }
        items = []
        run(count, { _ = parts.take($0) }, { _ in })
    }

    /// Waits until no thread holds anything of what was done before.
    package func settle() { settled() }

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
