import Bytes
import Reactor
import Testing

struct TimerWheelTests {
    private let tick = TimerWheel.tickNanoseconds

    private func handle(_ index: UInt32) -> Handle { Handle(index: index, generation: 1) }

    @Test func `a deadline comes out once it is past, and not before`() {
        var wheel = TimerWheel(slots: 8, now: 0)
        wheel.schedule(handle(3), at: 10 * tick)
        #expect(wheel.expire(now: 10 * tick) == nil)
        #expect(wheel.expire(now: 11 * tick) == handle(3))
        #expect(wheel.expire(now: 12 * tick) == nil)
        #expect(wheel.count == 0)
    }

    @Test func `a cancelled or moved deadline does not come out`() {
        var wheel = TimerWheel(slots: 8, now: 0)
        for index in 0..<8 { wheel.schedule(handle(UInt32(index)), at: 5 * tick) }
        wheel.cancel(handle(0))
        wheel.cancel(handle(7))
        wheel.cancel(handle(4))
        wheel.schedule(handle(5), at: 50 * tick)
        var came: Set<UInt32> = []
        while let next = wheel.expire(now: 6 * tick) { came.insert(next.index) }
        #expect(came == [1, 2, 3, 6])
        #expect(wheel.expire(now: 51 * tick) == handle(5))
    }

    @Test func `a deadline past the horizon comes out at the horizon`() {
        var wheel = TimerWheel(slots: 8, now: 0)
        wheel.schedule(handle(1), at: 100_000 * tick)
        #expect(wheel.expire(now: 1022 * tick) == nil)
        #expect(wheel.expire(now: 1023 * tick) == handle(1))
    }

    @Test func `the wait ends when the next deadline is due`() {
        var wheel = TimerWheel(slots: 8, now: 0)
        #expect(wheel.wait(now: 0) == nil)
        wheel.schedule(handle(1), at: 20 * tick)
        let wait = wheel.wait(now: 0)
        #expect(wait == Int(21 * tick / 1_000_000) + 1)
        #expect(wheel.wait(now: 40 * tick) == 0)
    }

    @Test func `an idle wheel catches up with the clock`() {
        var wheel = TimerWheel(slots: 8, now: 0)
        #expect(wheel.expire(now: 5000 * tick) == nil)
        wheel.schedule(handle(1), at: 5010 * tick)
        #expect(wheel.expire(now: 5010 * tick) == nil)
        #expect(wheel.expire(now: 5011 * tick) == handle(1))
    }

    @Test func `random deadlines agree with a simple model`() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        var state = seed
        func random(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        var wheel = TimerWheel(slots: 64, now: 0)
        var model: [UInt32: UInt64] = [:]
        var now: UInt64 = 0
        for _ in 0..<5000 {
            let index = UInt32(random(64))
            if random(4) == 0 {
                wheel.cancel(handle(index))
                model[index] = nil
            } else {
                let deadline = now + random(900) * tick
                wheel.schedule(handle(index), at: deadline)
                model[index] = deadline
            }
            now += random(3) * tick
            while let next = wheel.expire(now: now) {
                let deadline = model.removeValue(forKey: next.index)
                #expect(deadline != nil && (deadline ?? .max) <= now, "seed \(seed)")
            }
            for (_, deadline) in model { #expect(deadline + 2 * tick > now, "seed \(seed)") }
        }
        #expect(wheel.count == model.count, "seed \(seed)")
    }
}
