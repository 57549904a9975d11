import NIOCore
import Synchronization

/// One watch: sends changes as they come, from the store's own memory of them.
///
/// It holds no queue of its own: a client that reads slowly falls behind, and when what it has not
/// read is forgotten it is told 410, as the real server does.
final class WatchStream {
    private let server: FakeAPIServer.Core
    private let plan: WatchPlan
    private let answer: Answer
    private let user: String
    private let fault: Fault?
    /// Changes up to here were sent, or are of no concern.
    private var cursor = 0
    /// The latest revision that the client may be told it has seen.
    private var progress = 0
    private var eventsSent = 0
    /// An event that a lie holds back.
    private var held: ByteBuffer?
    private var wake: Int?
    private var registration: Int?
    private var timers: [Scheduled<Void>] = []
    private var isOver = false

    /// Lets many changes wake a watch once.
    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    init(
        _ server: FakeAPIServer.Core, _ plan: WatchPlan, _ answer: Answer, user: String,
        _ fault: Fault?
    ) {
        self.server = server
        self.plan = plan
        self.answer = answer
        self.user = user
        self.fault = fault
    }

    func start() {
        let (loop, flag) = (answer.eventLoop, Flag())
        let bound = NIOLoopBound(self, eventLoop: loop)
        wake = server.store.whenChanged(plan.resource) {
            guard !flag.isSet.exchange(true, ordering: .acquiringAndReleasing) else { return }
            loop.execute {
                flag.isSet.store(false, ordering: .releasing)
                bound.value.pump()
            }
        }
        registration = server.watches.add(plan.request, user: user) { order in
            loop.execute { bound.value.obey(order) }
        }
        if let after = plan.after {
            cursor = after
            progress = after
        } else {
            sendWhatIsThere()
        }
        schedule()
        pump()
        if case .cutAfterEvents(0, isMidEvent: false) = fault { cut() }
    }

    private func sendWhatIsThere() {
        let page = server.store.all(plan.resource, plan.selection)
        for object in page.objects where !isOver {
            send(StoredEvent.line("ADDED", object.bytes))
        }
        cursor = page.revision
        progress = page.revision
        if plan.marksInitialEnd { bookmark(isInitialEnd: true) }
    }

    private func schedule() {
        let loop = answer.eventLoop.assumeIsolated()
        if let seconds = plan.timeout, seconds > 0 {
            timers.append(
                loop.scheduleTask(in: .seconds(Int64(seconds))) { [weak self] in self?.expire() })
        }
        if plan.takesBookmarks { scheduleBookmark() }
    }

    private func scheduleBookmark() {
        let nanoseconds = server.bookmarkInterval / .nanoseconds(1)
        let loop = answer.eventLoop.assumeIsolated()
        timers.append(
            loop.scheduleTask(in: .nanoseconds(Int64(nanoseconds))) { [weak self] in
                self?.obey(.bookmark)
                self?.scheduleBookmark()
            })
    }

    /// Sends all changes that the connection takes.
    func pump() {
        while !isOver && answer.isWritable {
            let (events, forgotten, current) = server.store.events(
                plan.resource, after: cursor, atMost: 256)
            guard let events else {
                refuse(.tooOld(cursor, oldest: forgotten))
                return
            }
            for event in events where !isOver {
                cursor = event.revision
                if let bytes = event.bytes(for: plan.selection) { tell(bytes) }
            }
            answer.flush()
            if events.isEmpty {
                progress = max(progress, current)
                return
            }
        }
    }

    /// Sends one event, unless the watch is to lie about it.
    private func tell(_ bytes: ByteBuffer) {
        let lie = server.faults.take(plan.request, user: user, isLie: true)
        if let before = held {
            held = nil
            send(bytes)
            send(before)
            return
        }
        switch lie {
        case .skipEvent: break
        case .swapEvents: held = bytes
        case .repeatEvent:
            send(bytes)
            send(bytes)
        default: send(bytes)
        }
    }

    private func send(_ bytes: ByteBuffer) {
        guard !isOver else { return }
        switch fault {
        case .cutMidAnswer: return cut(in: bytes)
        case .cutAfterEvents(let count, true) where eventsSent == count: return cut(in: bytes)
        default: answer.write(bytes)
        }
        eventsSent += 1
        if case .cutAfterEvents(let count, false) = fault, eventsSent == count { cut() }
    }

    private func cut(in bytes: ByteBuffer) {
        answer.write(bytes.getSlice(at: 0, length: bytes.readableBytes / 2) ?? bytes)
        cut()
    }

    private func cut() {
        answer.flush()
        answer.cut()
        stop()
    }

    /// What a test wants of a watch that runs.
    func obey(_ order: WatchRegistry.Order) {
        if isOver { return }
        switch order {
        case .cut(let isMidEvent):
            if isMidEvent { answer.write(ByteBuffer(string: "{\"type\":\"MODIFIED\",\"obj")) }
            cut()
        case .end: finish()
        case .expire: refuse(.tooOld(cursor, oldest: server.store.revision))
        case .bookmark:
            pump()
            if plan.takesBookmarks && cursor <= progress { bookmark() }
        case .say(let line):
            answer.write(ByteBuffer(string: line))
            answer.flush()
        }
    }

    private func bookmark(isInitialEnd: Bool = false) {
        if isOver { return }
        var metadata: JSONValue = ["resourceVersion": .string("\(progress)")]
        if isInitialEnd { metadata["annotations"]["k8s.io/initial-events-end"] = "true" }
        // The real server writes the time of an object that was never made as null.
        var fields = metadata.fields
        fields["creationTimestamp"] = JSONValue.null
        let object: JSONValue = [
            "kind": .string(plan.resource.kind), "apiVersion": .string(plan.resource.apiVersion),
            "metadata": .object(fields),
        ]
        answer.write(
            StoredEvent.line("BOOKMARK", ByteBuffer(bytes: JSONWriter.bytes(object))))
        answer.flush()
    }

    /// Ends the watch by an event that says why.
    private func refuse(_ why: StatusFault) {
        let status = ByteBuffer(bytes: JSONWriter.bytes(why.object))
        answer.write(StoredEvent.line("ERROR", status))
        finish()
    }

    /// The time is over: a last bookmark, then the end.
    private func expire() {
        obey(.bookmark)
        finish()
    }

    private func finish() {
        if isOver { return }
        answer.flush()
        answer.end()
        stop()
    }

    /// Forgets everything about the watch.
    func stop() {
        isOver = true
        for timer in timers { timer.cancel() }
        timers = []
        if let wake { server.store.forget(wake: wake) }
        if let registration { server.watches.remove(registration) }
        (wake, registration) = (nil, nil)
    }
}
