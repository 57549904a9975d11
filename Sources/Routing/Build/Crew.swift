internal import Synchronization

/// Does work that falls into parts, perhaps several at a time: who has threads lends them.
package struct Crew: Sendable {
    /// Items that are done in one go, so that handing them out costs next to nothing.
    private static let partSize = 16

    private let run: @Sendable (_ count: Int, _ part: @escaping @Sendable (Int) -> Void) -> Void

    /// `run` calls `part` once for each number below `count`, in any order, on any threads, and
    /// returns when all calls have.
    package init(
        run: @escaping @Sendable (_ count: Int, _ part: @escaping @Sendable (Int) -> Void) -> Void
    ) {
        self.run = run
    }

    /// One part after the other, on the caller's thread.
    package static let alone = Crew { count, part in
        for number in 0..<count { part(number) }
    }

    private final class Results<Made: Sendable>: Sendable {
        let parts: Mutex<[[Made]]>
        init(count: Int) { parts = Mutex(Array(repeating: [], count: count)) }
    }

    /// What is made of the items, in their order.
    package func map<Item: Sendable, Made: Sendable>(
        _ items: [Item], _ make: @escaping @Sendable (Item) -> Made
    ) -> [Made] {
        let count = (items.count + Self.partSize - 1) / Self.partSize
        let results = Results<Made>(count: count)
        run(count) { number in
            let start = number * Self.partSize
            let part = items[start..<min(start + Self.partSize, items.count)].map(make)
            results.parts.withLock { $0[number] = part }
        }
        return results.parts.withLock { $0.flatMap(\.self) }
    }
}
