/// What will happen, by time and then by the order in which it was arranged.
package final class EventQueue {
    private struct Entry {
        let time: UInt64
        let number: UInt64
        let action: () -> Void
    }

    private var heap: [Entry] = []
    private var number: UInt64 = 0

    package var next: UInt64? { heap.first?.time }
    package var count: Int { heap.count }

    package func add(at time: UInt64, _ action: @escaping () -> Void) {
        number += 1
        heap.append(Entry(time: time, number: number, action: action))
        var index = heap.count - 1
        while index > 0, precedes(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Takes the first event out if its time has come.
    package func take(by now: UInt64) -> (() -> Void)? {
        guard let first = heap.first, first.time <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && precedes(child, least) {
                least = child
            }
            if least == index { return first.action }
            heap.swapAt(index, least)
            index = least
        }
    }

    private func precedes(_ one: Int, _ other: Int) -> Bool {
        (heap[one].time, heap[one].number) < (heap[other].time, heap[other].number)
    }
}
