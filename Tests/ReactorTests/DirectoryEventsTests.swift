import Foundation
import Reactor
import Testing

@Suite final class DirectoryEventsTests {
    private let path: String

    init() throws {
        path = NSTemporaryDirectory() + "weir-events-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func gather(
        _ events: borrowing DirectoryEvents, until count: Int
    ) -> [DirectoryEvents.Event] {
        var gathered: [DirectoryEvents.Event] = []
        let deadline = ContinuousClock().now + .seconds(5)
        while gathered.count < count, ContinuousClock().now < deadline {
            events.wait(milliseconds: 100)
            gathered += events.take()
        }
        return gathered
    }

    @Test func `a file's life is told in order, without its modifications`() throws {
        let events = try DirectoryEvents(wakeup: Wakeup())
        let watch = try events.watch(path)
        try Data("1".utf8).write(to: URL(fileURLWithPath: path + "/a"))
        try #require(rename(path + "/a", path + "/b") == 0)
        try FileManager.default.removeItem(atPath: path + "/b")
        let seen = gather(events, until: 5)
        #expect(seen.map(\.kind) == [.created, .written, .left, .arrived, .deleted])
        #expect(seen.map(\.name) == ["a", "a", "a", "b", "b"])
        #expect(seen.allSatisfy { $0.watch == watch && !$0.isFolder })
    }

    @Test func `folders say that they are folders, and their end`() throws {
        let events = try DirectoryEvents(wakeup: Wakeup())
        let watch = try events.watch(path)
        try FileManager.default.createDirectory(
            atPath: path + "/sub", withIntermediateDirectories: false)
        let inner = try events.watch(path + "/sub")
        try FileManager.default.removeItem(atPath: path + "/sub")
        let seen = gather(events, until: 3)
        #expect(seen.contains { $0.watch == watch && $0.kind == .created && $0.isFolder })
        #expect(seen.contains { $0.watch == watch && $0.kind == .deleted && $0.isFolder })
        #expect(seen.contains { $0.watch == inner && $0.kind == .ended })
    }

    @Test func `what is no folder is refused`() throws {
        let events = try DirectoryEvents(wakeup: Wakeup())
        #expect(throws: DirectoryEvents.Refusal.absent) { try events.watch(path + "/none") }
    }

    @Test func `a wake-up ends the wait without an event`() throws {
        let wakeup = Wakeup()
        let events = try DirectoryEvents(wakeup: wakeup)
        wakeup.signal()
        let began = ContinuousClock().now
        events.wait(milliseconds: 5000)
        #expect(ContinuousClock().now - began < .seconds(4))
        #expect(events.take().isEmpty)
    }

    @Test func `more events than one read takes are not lost`() throws {
        let events = try DirectoryEvents(wakeup: Wakeup())
        _ = try events.watch(path)
        for number in 0..<1000 {
            try Data("1".utf8).write(to: URL(fileURLWithPath: path + "/file-\(number).yaml"))
        }
        let written = gather(events, until: 2000).filter { $0.kind == .written }
        #expect(Set(written.map(\.name)).count == 1000)
    }
}
