import Reactor
import Testing

struct NameBookTests {
    private static let second: UInt64 = 1_000_000_000
    private static let one: [UInt8] = [10, 0, 0, 1]
    private static let two: [UInt8] = [10, 0, 0, 2]

    private static func book(_ names: Set<String> = ["a"]) -> NameBook {
        var book = NameBook()
        book.want(names, at: 0)
        return book
    }

    @Test(arguments: [(0, 1), (1, 1), (60, 60), (300, 300), (86400, 300)] as [(UInt32, UInt64)])
    func `an answer holds between one second and five minutes`(given: UInt32, held: UInt64) {
        var book = Self.book()
        #expect(book.due(at: 0) == "a")
        let news = book.take([.four: .found([Self.one], seconds: given)], of: "a", at: 0)
        #expect(news == NameNews(name: "a", addresses: [Self.one], problem: ""))
        #expect(book.due(at: held * Self.second - 1) == nil)
        #expect(book.due(at: held * Self.second) == "a")
        #expect(book.wait(at: 0) == held * Self.second)
    }

    @Test func `the same answer is no news, in whatever order it comes`() {
        var book = Self.book()
        let first = NameAnswer.found([Self.two, Self.one], seconds: 1)
        let second = NameAnswer.found([Self.one, Self.two], seconds: 9)
        #expect(book.take([.four: first], of: "a", at: 0)?.addresses == [Self.one, Self.two])
        #expect(book.take([.four: second], of: "a", at: 0) == nil)
    }

    @Test(arguments: [NameAnswer.failed, .absent])
    func `the last good addresses are kept, and the problem is said once`(answer: NameAnswer) {
        var book = Self.book()
        _ = book.take([.four: .found([Self.one], seconds: 1)], of: "a", at: 0)
        let news = book.take([.four: answer, .six: .absent], of: "a", at: 0)
        #expect(news?.addresses == [Self.one])
        #expect(news?.problem.isEmpty == false)
        #expect(book.take([.four: answer, .six: .absent], of: "a", at: 0) == nil)
        let good = book.take([.four: .found([Self.one], seconds: 1)], of: "a", at: 0)
        #expect(good == NameNews(name: "a", addresses: [Self.one], problem: ""))
    }

    @Test func `a family that is gone goes, one that does not answer stays`() {
        var book = Self.book()
        let six = [UInt8](repeating: 1, count: 16)
        let both: [NameFamily: NameAnswer] = [
            .four: .found([Self.one], seconds: 1), .six: .found([six], seconds: 1),
        ]
        #expect(book.take(both, of: "a", at: 0)?.addresses == [Self.one, six])
        #expect(
            book.take([.four: both[.four] ?? .failed, .six: .failed], of: "a", at: 0) == nil)
        let left = book.take([.four: both[.four] ?? .failed, .six: .absent], of: "a", at: 0)
        #expect(left?.addresses == [Self.one])
    }

    @Test func `a silent name is asked for less and less often`() {
        var book = Self.book()
        var now: UInt64 = 0
        var pauses: [UInt64] = []
        for _ in 0..<10 {
            _ = book.take([.four: .failed], of: "a", at: now)
            pauses.append(book.wait(at: now) / Self.second)
            now += book.wait(at: now)
        }
        #expect(pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    }

    @Test func `names that are not wanted any more are forgotten`() {
        var book = Self.book(["a", "b"])
        book.want(["b", "c"], at: 5)
        #expect(book.take([.four: .absent], of: "a", at: 5) == nil)
        #expect(book.due(at: 5) == "b")
        book.want([], at: 6)
        #expect(book.due(at: .max) == nil)
    }

    @Test func `names above the limit are left out`() {
        var book = NameBook()
        book.want(Set((0..<NameBook.namesMax + 10).map(String.init)), at: 0)
        var count = 0
        while let name = book.due(at: 0) {
            _ = book.take([.four: .absent], of: name, at: 0)
            count += 1
        }
        #expect(count == NameBook.namesMax)
    }
}
