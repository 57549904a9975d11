import Testing

@testable import ControlPlane

@Suite struct PaceTests {
    @Test func `waits grow up to a limit, and are drawn anew each time`() {
        var backoff = Backoff(first: .milliseconds(100), most: .seconds(30))
        var random = SplitMix(1)
        var limit = Duration.milliseconds(100)
        for _ in 0..<100 {
            let wait = backoff.next(using: &random)
            #expect(wait >= .zero && wait <= limit)
            limit = min(limit * 2, .seconds(30))
        }
        backoff.reset()
        #expect(backoff.next(using: &random) <= .milliseconds(100))
        let waits = (0..<20).map { _ in
            var other = Backoff(first: .seconds(1), most: .seconds(1))
            return other.next(using: &random)
        }
        #expect(Set(waits).count > 15)
    }

    @Test(arguments: [
        ("9", "10", true), ("10", "9", false), ("10", "10", false), ("123", "124", true),
        ("a", "b", false), ("1", "b", false), ("01", "2", false), ("", "1", false),
        ("99999999999999999999", "100000000000000000000", true),
    ])
    func `decimal versions are compared, others are not`(one: String, other: String, is old: Bool) {
        #expect(VersionOrder.isOlder(one, than: other) == old)
    }

    @Test func `a short watch is a fault when it comes again and again`() {
        var course = ReflectorCourse(WatchScope(.services), ReflectorPace())
        let short = { (course: inout ReflectorCourse) in
            course.take(.over, lasted: .milliseconds(1), events: 0)
        }
        #expect(short(&course).fault == nil)
        #expect(short(&course).fault == nil)
        #expect(short(&course).fault != nil)
        let long = course.take(.over, lasted: .seconds(300), events: 0)
        #expect(long.fault == nil && long.wait == .zero)
        #expect(short(&course).fault == nil)
    }

    @Test func `waits fit the fault`() {
        var course = ReflectorCourse(WatchScope(.services), ReflectorPace())
        let busy = course.wait(after: .busy(after: .seconds(7)))
        #expect(busy >= .seconds(7) && busy <= .seconds(10))
        let forbidden = course.wait(after: .forbidden(""))
        #expect(forbidden >= .seconds(24) && forbidden <= .seconds(36))
    }

    @Test
    func `a scope is listed again when it is contradicted or outdated, and not when it is cut`() {
        var course = ReflectorCourse(WatchScope(.services), ReflectorPace())
        for (end, isKept) in [
            (WatchEnd.over, true), (.refused(.unreachable("")), true),
            (.contradicted(.invalid("")), false), (.outdated, false),
        ] {
            course.list([], version: "1")
            _ = course.take(end, lasted: .seconds(2), events: 1)
            #expect((course.memory.version != nil) == isKept)
        }
    }

    @Test func `a server that contradicts itself after each event is asked ever more slowly`() {
        var course = ReflectorCourse(WatchScope(.services), ReflectorPace())
        var waits: [Duration] = []
        for _ in 0..<30 {
            waits.append(
                course.take(.contradicted(.invalid("")), lasted: .seconds(1), events: 1).wait)
        }
        #expect(waits.suffix(20).max() ?? .zero > .seconds(5))
    }
}
