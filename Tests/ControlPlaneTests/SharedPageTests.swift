import Synchronization
import Testing

@testable import ControlPlane

@Suite struct SharedPageTests {
    @Test func `whoever asks gets a page that was begun after they asked, and many get one`()
        async
    {
        let count = Mutex(0)
        let page = SharedPage<Int> { form in
            PageAnswer.plain(200, "\(form) \(count.withLock { $0 += 1; return $0 })")
        }
        for _ in 0..<3 {
            let before = count.withLock { $0 }
            let answers = await withTaskGroup(of: PageAnswer.self) { group in
                for _ in 0..<100 { group.addTask { await page.answer(7) } }
                return await group.reduce(into: [PageAnswer]()) { $0.append($1) }
            }
            let numbers = answers.compactMap { Int($0.text.dropFirst(2).dropLast()) }
            #expect(answers.count == 100 && numbers.count == 100)
            #expect(numbers.allSatisfy { $0 > before })
        }
    }

    @Test func `while one is made, those who ask wait together for the next`() async {
        let made = Mutex(0)
        let page = SharedPage<Int> { form in
            // Long enough for a pause after it, in which all ask.
            let end = ContinuousClock.now + .milliseconds(50)
            while ContinuousClock.now < end {}
            made.withLock { $0 += 1 }
            return PageAnswer.plain(200, "\(form)")
        }
        _ = await page.answer(1)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { _ = await page.answer(1) } }
        }
        // All hundred within the pause; were they many machines' turns apart, a few more.
        #expect(made.withLock { $0 } < 20)
    }
}
