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
    private let beside: @Sendable (_ work: @escaping @Sendable () -> Void) -> Void
    private let settled: @Sendable () -> Void

    /// `run` calls `part` once for each number below `count`, in any order, on any threads.
    ///
    /// It calls `take` on the caller's thread, for one number after the other, when its part is
    /// done, and returns when all are taken. `beside` does work that nobody waits for, at any time;
    /// `settle` returns when all of that is done.
    package init(
        run: @escaping @Sendable (_ count: Int, _ part: @escaping Part, _ take: Taking) -> Void,
        beside: @escaping @Sendable (_ work: @escaping @Sendable () -> Void) -> Void,
        settle: @escaping @Sendable () -> Void
    ) {
        self.run = run
        self.beside = beside
        settled = settle
    }

    /// One part after the other, on the caller's thread.
    package static let alone = Crew(
        run: { count, part, take in
            for number in 0..<count {
                part(number)
                take(number)
            }
        }, beside: { $0() }, settle: {})

    /// Holds what is to be let go of.
    private final class Leftovers<Item: Sendable>: Sendable {
        private let items: Mutex<[Item]>

        init(_ items: consuming [Item]) { self.items = Mutex(items) }

        func letGo() { items.withLock { $0 = [] } }
    }

    /// Lets go of items that the caller holds no more: to free many takes as long as to make them.
    ///
    /// Of a part's size or fewer at once, of more perhaps on another thread.
    package func drop<Item: Sendable>(_ items: consuming [Item]) {
        guard items.count > Self.partSize else { return }
        let leftovers = Leftovers(items)
        beside { leftovers.letGo() }
    }

    /// Waits until all that was dropped is gone.
    package func settle() { settled() }

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
