import ControlPlane
import Foundation
import Manifests
import Routing
import Testing

/// Work in parts, on two threads.
struct CrewTests {
    @Test(arguments: [0, 1, 15, 16, 17, 5000]) func `what is made comes in order`(count: Int) {
        let items = Array(0..<count)
        for crew in [Crew.alone, .two] {
            #expect(crew.map(items) { "\($0)" } == items.map { "\($0)" })
        }
    }

    @Test(arguments: [0, 1, 16, 17, 5000]) func `what is made is taken in order by the caller`(
        count: Int
    ) {
        let items = Array(0..<count)
        let caller = pthread_self()
        for crew in [Crew.alone, .two] {
            var taken: [Int] = []
            var areAllHere = true
            crew.map(items, partSize: 3) {
                $0 * 2
            } taking: { item, made in
                areAllHere = areAllHere && made == item * 2 && pthread_self() == caller
                taken.append(item)
            }
            #expect(taken == items)
            #expect(areAllHere)
        }
    }

    /// One thread more serves all who load at the same time, and may be busy.
    @Test func `several callers at once get what is theirs`() async {
        await withTaskGroup(of: Bool.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    let items = (0..<2000).map { $0 * caller }
                    return Crew.two.map(items) { $0 + 1 } == items.map { $0 + 1 }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test func `a part may have parts`() {
        let sums = Crew.two.map(Array(0..<100)) { outer in
            Crew.two.map(Array(0..<100)) { $0 * outer }.reduce(0, +)
        }
        #expect(sums == (0..<100).map { $0 * 4950 })
    }

    private final class Item: Sendable {
        let onEnd: @Sendable () -> Void
        init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }
        deinit { onEnd() }
    }

    @Test(arguments: [1, 16, 17, 500]) func `nothing that is dropped stays`(count: Int) {
        for crew in [Crew.alone, .two] {
            let ended = DispatchSemaphore(value: 0)
            crew.drop((0..<count).map { _ in Item { ended.signal() } })
            crew.settle()
            // After `settle` nothing is left to wait for.
            let endedCount = (0..<count).count { _ in ended.wait(timeout: .now()) == .success }
            #expect(endedCount == count)
        }
    }

    @Test func `files read on two threads are what they are on one`() {
        var stores = [Crew.alone, .two].map { ManifestStore(crew: $0) }
        for place in stores.indices {
            for number in 0..<200 {
                stores[place].load(
                    file: "\(number).yaml",
                    text: """
                        apiVersion: serving.knative.dev/v1
                        kind: Revision
                        metadata:
                          name: r-\(number)
                          annotations: {weir.dev/addresses: "10.0.0.1:\(number + 1)"}
                        ---
                        apiVersion: serving.knative.dev/v1
                        kind: Route
                        metadata: {name: a-\(number / 2)}
                        spec: {traffic: [{revisionName: r-\(number), percent: 100}]}
                        """)
            }
        }
        let made = stores.indices.map { stores[$0].compile() }
        #expect(made[0].routes.count == 100)
        #expect(made[0].routes == made[1].routes)
        #expect(Set(made[0].destinations) == Set(made[1].destinations))
        #expect(made[0].notices == made[1].notices)
        #expect(made[0].faults == made[1].faults)
        let changes = stores.indices.map { stores[$0].takeChange() }
        #expect(changes[0].routes.count == 100)
        #expect(changes[0].routes == changes[1].routes)
        #expect(changes[0].destinations.count == 100)
        #expect(changes[0].destinations == changes[1].destinations)
        // Half of the Routes go, with what only they named.
        for number in 100..<200 {
            for place in stores.indices { stores[place].remove(file: "\(number).yaml") }
        }
        for place in stores.indices { _ = stores[place].compile() }
        let gone = stores.indices.map { stores[$0].takeChange() }
        #expect(gone[0].routesRemoved.count == 50)
        #expect(gone[0].routesRemoved == gone[1].routesRemoved)
        #expect(gone[0].destinationsRemoved.count == 50)
        #expect(gone[0].destinationsRemoved == gone[1].destinationsRemoved)
        #expect(stores.indices.allSatisfy { stores[$0].takeChange().isEmpty })
    }
}
