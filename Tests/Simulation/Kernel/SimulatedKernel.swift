import CLinux

/// A kernel with its network and its time, for one worker on one thread; all of it follows from the
/// dice.
package final class SimulatedKernel {
    /// How a connect to an address goes.
    package enum Verdict {
        case accept(any FarEnd, after: Int)
        case acceptAtOnce(any FarEnd)
        case refuse(after: Int)
        case refuseAtOnce
        /// No way there.
        case unreachable
        /// No port of our own is left.
        case noPort
        /// Nothing ever comes back.
        case silence
    }

    /// The first number that is given out; far from the real ones.
    static let firstNumber: CInt = 1 << 20

    package let dice: Dice
    package let weather: Weather
    package let trace: Trace
    /// Monotonic nanoseconds.
    package internal(set) var now: UInt64
    /// What is added to that for the time of day.
    package var wallOffset: UInt64 = 1_700_000_000_000_000_000
    package let events = EventQueue()
    /// Numbers that there may be at once.
    package var descriptorsMax = 1000
    /// How connects to upstreams go; asked at each.
    package var answerConnect: (Address, Wire) -> Verdict = { _, _ in .refuseAtOnce }
    /// The worker is being set up: nothing is refused.
    package var isSettingUp = true
    /// Hears of faults that the kernel made up, so that what follows has its cause.
    package var tellFault: (Fault, Wire?) -> Void = { _, _ in }
    /// What the worker did that no program may do; the first one.
    package internal(set) var offence: String?
    /// Bytes that came anywhere, either way.
    package internal(set) var movedCount = 0
    /// Accepts that found none, on listeners that take connections and tell how many wait.
    package internal(set) var vainAcceptCount = 0
    /// Accepted connections that were watched before anyone asked what is there.
    package internal(set) var earlyWatchCount = 0
    /// A wait for ever, and nothing will ever happen.
    package internal(set) var isQuiet = false

    /// What the kernel did to the worker.
    package enum Fault: Sendable { case connect, noDescriptor, noAccept, noWatch, abortedAccept }

    var descriptors: [Descriptor?] = []
    var ready: [Descriptor] = []
    private var wireCount = 0
    private var clientPort: UInt16 = 20000

    package init(dice: Dice, weather: Weather, trace: Trace) {
        self.dice = dice
        self.weather = weather
        self.trace = trace
        now = UInt64(dice.below(1 << 50))
    }

    /// Numbers that are open now.
    package var openCount: Int { descriptors.count { $0 != nil } }
    /// Open sockets, without listeners.
    package var socketCount: Int { descriptors.count { $0?.kind == .socket } }

    // MARK: Time

    /// Arranges something within so many microseconds from now.
    package func after(_ microsecondsMax: Int, _ action: @escaping () -> Void) {
        events.add(at: now + UInt64(dice.below(microsecondsMax * 1000 + 1)), action)
    }

    /// Arranges something at a time.
    package func at(_ time: UInt64, _ action: @escaping () -> Void) {
        events.add(at: max(time, now), action)
    }

    /// Lets time pass until then, with what happens in it.
    package func pass(to time: UInt64) {
        while let next = events.next, next <= time {
            now = max(now, next)
            events.take(by: now)?()
        }
        now = max(now, time)
    }

    /// Between two calls of the worker something may happen.
    func slip() {
        if dice.chance(weather.slips) { pass(to: now + UInt64(dice.below(100_000))) }
    }

    /// Bytes of the next segment of so many; a long run comes in a bounded number of them.
    func segment(_ count: Int) -> Int {
        min(count, max(dice.size(upTo: weather.segmentMax), count / 32))
    }

    /// The clock goes on without the worker.
    package func jump(_ nanoseconds: UInt64) {
        trace.note("jump", now, Int(nanoseconds))
        now += nanoseconds
    }

    // MARK: Far ends

    /// A client connects to a listener of the worker.
    package func connect(to port: UInt16, from ip: UInt32, _ far: any FarEnd) -> Wire {
        clientPort &+= 1
        let wire = newWire(remote: Address(ip, max(clientPort, 1024)), far)
        after(weather.delayMax) { [self] in
            let listener = descriptors.first {
                $0?.isListening == true && $0?.address.port == port && $0?.dropsNew == false
            }
            guard let listener, let listener else {
                wire.state = .refused
                far.wasReset(wire)
                return
            }
            listener.backlog.append(wire)
            wire.open()
        }
        return wire
    }

    func newWire(remote: Address, _ far: (any FarEnd)?) -> Wire {
        wireCount += 1
        return Wire(self, wireCount, remote: remote, far: far)
    }

    // MARK: Numbers

    func find(_ number: CInt, _ call: StaticString) -> Descriptor? {
        let index = Int(number - Self.firstNumber)
        if index >= 0, index < descriptors.count, let found = descriptors[index] { return found }
        offend("\(call) of \(number), which is not open")
        return nil
    }

    func add(_ kind: Descriptor.Kind) -> Descriptor? {
        guard openCount < descriptorsMax else { return nil }
        let index = descriptors.firstIndex { $0 == nil } ?? descriptors.count
        if index == descriptors.count { descriptors.append(nil) }
        let made = Descriptor(Self.firstNumber + CInt(index), kind)
        descriptors[index] = made
        return made
    }

    func offend(_ text: String) { if offence == nil { offence = text } }

    /// Something happened to what a number stands for, and changed these bits of what epoll tells.
    ///
    /// Epoll passes over what changes no bit that is watched, even while others hold.
    func wake(_ descriptor: Descriptor?, _ bits: UInt32 = .max) {
        guard let descriptor, descriptor.isWatched, !descriptor.isReady,
            descriptor.interest & bits != 0
        else { return }
        descriptor.isReady = true
        ready.append(descriptor)
    }

    // MARK: Running

    /// Runs with this kernel as the thread's.
    package func run(_ body: () -> Void) -> Bool {
        var table = calls
        table.world = Unmanaged.passUnretained(self).toOpaque()
        return withUnsafePointer(to: table) { pointer in
            guard weir_use_kernel(pointer) != 0 else { return false }
            body()
            _ = weir_use_kernel(nil)
            return true
        }
    }
}
