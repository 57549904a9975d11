import CLinux

/// A connection between the worker and a far end: two streams of bytes with their delays, bounded
/// buffers, ends and resets.
package final class Wire {
    /// How far a connection is.
    package enum State { case connecting, open, refused }

    package let number: Int
    unowned let kernel: SimulatedKernel
    package weak var far: (any FarEnd)?
    /// The far end's address.
    package let remote: Address
    package var state = State.connecting
    /// The worker's number for it; nil before it was accepted and after it was closed.
    var descriptor: Descriptor?
    /// The worker has accepted it, and not asked yet what is there.
    var isNew = false
    /// A call of the worker's took it from its listener.
    package internal(set) var wasAccepted = false
    package private(set) var isClosedByWorker = false
    /// When the worker closed it.
    package private(set) var closedAt: UInt64?

    // Towards the worker.
    private let flight = ByteQueue()
    let arrived = ByteQueue()
    private var isEndUnderWay = false
    private var isArriving = false
    /// The far end's last byte is here.
    private(set) var isEnded = false
    /// Bytes that the far end said, and that the worker read.
    package private(set) var saidCount = 0
    package private(set) var readCount = 0
    /// When something arrived last at the worker; before, when it was there.
    private var heardAt: UInt64 = 0
    /// When the worker read something last; before, when it was there.
    private var readAt: UInt64 = 0

    // From the worker.
    private let sent = ByteQueue()
    private let room: Int
    private var isDraining = false
    private var lacksRoom = false
    private(set) var isShut = false
    private var isEndTold = false
    var isAbrupt = false
    /// Microseconds that the far end takes for each piece that it reads, at most.
    package var pace: Int
    package var arrivalPace: Int

    // Both.
    /// What seals it, of the far end; nil for none.
    package var cipher: (any WireCipher)?
    /// What the far end said before the handshake was over.
    private var unsealed: [UInt8] = []
    private var finishesSealed = false
    package private(set) var isReset = false
    var error: CInt = 0

    init(_ kernel: SimulatedKernel, _ number: Int, remote: Address, far: (any FarEnd)?) {
        self.kernel = kernel
        self.number = number
        self.remote = remote
        self.far = far
        room = kernel.dice.between(64, max(64, kernel.weather.sendRoomMax))
        pace = kernel.weather.delayMax
        arrivalPace = kernel.weather.delayMax
    }

    // MARK: The far end

    /// Nothing can be said or heard any more.
    package var isOver: Bool { isReset || (isEndUnderWay && isEndTold) }

    /// Nanoseconds for which nothing had arrived when the worker closed it; 0 while it is open.
    package var silenceBeforeClose: UInt64 { closedAt.map { $0 - heardAt } ?? 0 }
    /// Nanoseconds for which the worker had read nothing when it closed it; 0 while it is open.
    var unreadBeforeClose: UInt64 { closedAt.map { $0 - readAt } ?? 0 }

    /// The far end says something.
    package func say(_ bytes: [UInt8]) {
        guard !isReset, !isEndUnderWay, !finishesSealed else { return }
        guard let cipher else { return push(bytes) }
        if cipher.isEstablished { push(cipher.seal(bytes)) } else { unsealed += bytes }
    }

    private func push(_ bytes: [UInt8]) {
        saidCount += bytes.count
        flight.append(bytes)
        arrive()
    }

    /// The far end has said all.
    package func finish() {
        guard !isReset, !isEndUnderWay else { return }
        if let cipher {
            if cipher.isEstablished {
                push(cipher.close())
            } else if !unsealed.isEmpty, !isEndTold {
                // What waits for the handshake goes first.
                return finishesSealed = true
            }
        }
        isEndUnderWay = true
        arrive()
    }

    /// The far end takes the worker's bytes.
    private func hear(_ bytes: [UInt8]) {
        guard let cipher else { far?.received(bytes, on: self); return }
        let wasEstablished = cipher.isEstablished
        let found = cipher.open(bytes)
        if let fault = found.fault { kernel.offend("connection \(number): \(fault)") }
        if !isEndUnderWay, !found.answer.isEmpty { push(found.answer) }
        if !wasEstablished, cipher.isEstablished { sayWhatWaited(cipher) }
        if !found.plain.isEmpty { far?.received(found.plain, on: self) }
    }

    private func sayWhatWaited(_ cipher: any WireCipher) {
        let waiting = unsealed
        unsealed = []
        if !isReset, !waiting.isEmpty { push(cipher.seal(waiting)) }
        if finishesSealed {
            finishesSealed = false
            finish()
        }
    }

    /// The far end cuts the connection; what it said and has not arrived is lost.
    package func cut() {
        guard !isReset else { return }
        kernel.trace.note("far cuts", kernel.now, number)
        flight.removeAll()
        sent.removeAll()
        isReset = true
        error = state == .open ? ECONNRESET : ECONNREFUSED
        if state == .connecting { state = .refused }
        kernel.wake(descriptor)
    }

    private func arrive() {
        guard !isArriving, state == .open, !flight.isEmpty || (isEndUnderWay && !isEnded) else {
            return
        }
        isArriving = true
        kernel.after(arrivalPace) { [self] in
            isArriving = false
            land()
        }
    }

    /// The next segment is here.
    private func land() {
        guard !isReset else { return }
        if isClosedByWorker {
            // Nobody is there: the answer is a reset, and what was still to be told is lost.
            return isEndUnderWay && flight.isEmpty ? endLands() : refuse()
        }
        let space = max(0, kernel.weather.receiveRoomMax - arrived.count)
        let count = min(kernel.segment(flight.count), space)
        if count > 0 {
            let bytes = flight.first(count)
            kernel.trace.note("arrives", kernel.now, number, count)
            arrived.append(bytes)
            heardAt = kernel.now
            kernel.movedCount += count
            flight.drop(count)
            kernel.wake(descriptor)
        }
        if flight.isEmpty { if isEndUnderWay { endLands() } } else if space > 0 { arrive() }
    }

    private func endLands() {
        guard !isEnded else { return }
        isEnded = true
        kernel.trace.note("end arrives", kernel.now, number)
        kernel.wake(descriptor)
    }

    /// The worker's side answers with a reset.
    private func refuse() {
        guard !isReset else { return }
        isReset = true
        sent.removeAll()
        flight.removeAll()
        kernel.trace.note("resets far end", kernel.now, number)
        kernel.after(kernel.weather.delayMax) { [self] in far?.wasReset(self) }
    }

    // MARK: The worker's calls

    /// A connect came out, or a listener has it.
    func open() {
        state = .open
        readAt = kernel.now
        heardAt = kernel.now
        kernel.trace.note("open", kernel.now, number)
        kernel.wake(descriptor)
        if let cipher { push(cipher.begin()) }
        far?.connected(self)
        arrive()
    }

    func connectFailed(_ error: CInt) {
        state = .refused
        self.error = error
        kernel.tellFault(.connect, self)
        kernel.wake(descriptor)
    }

    func receive(_ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        isNew = false
        if arrived.count > 0 {
            let taken = min(count, arrived.count)
            if let bytes, let source = arrived.first(taken).baseAddress {
                memcpy(bytes, source, taken)
            }
            kernel.trace.note("reads", kernel.now, number, taken, arrived.first(taken))
            arrived.drop(taken)
            readCount += taken
            readAt = kernel.now
            arrive()
            return taken
        }
        if error != 0 { return -Int(takeError()) }
        return isEnded || isReset || state == .refused ? 0 : -Int(EAGAIN)
    }

    func send(_ pieces: UnsafeBufferPointer<iovec>) -> Int {
        if error != 0 { return -Int(takeError()) }
        if isReset || state == .refused { return -Int(EPIPE) }
        let wanted = pieces.reduce(0) { $0 + $1.iov_len }
        var space = max(0, room - sent.count)
        let isPinched = kernel.dice.chance(kernel.weather.pinched)
        if isPinched { space = min(space, kernel.dice.below(wanted + 1)) }
        var left = min(wanted, space)
        let taken = left
        for piece in pieces where left > 0 {
            let bytes = UnsafeRawBufferPointer(
                start: piece.iov_base, count: min(left, piece.iov_len))
            kernel.trace.note("sends", kernel.now, number, bytes.count, bytes)
            sent.append(bytes)
            left -= bytes.count
        }
        if taken < wanted {
            lacksRoom = true
            if isPinched { kernel.after(kernel.weather.delayMax) { [self] in giveRoom() } }
        }
        drain()
        return taken > 0 ? taken : -Int(EAGAIN)
    }

    func shut() {
        isShut = true
        drain()
    }

    /// The worker's descriptor is closed.
    func close() {
        isClosedByWorker = true
        closedAt = kernel.now
        descriptor = nil
        guard state == .open else {
            // It was given up; whoever waited for it too has his cause.
            if state == .connecting { kernel.tellFault(.connect, self) }
            isReset = true
            return
        }
        if isReset { return }
        if isAbrupt || arrived.count > 0 {
            arrived.removeAll()
            return refuse()
        }
        isShut = true
        drain()
        // What the far end said and is still under way meets a closed connection.
        if !flight.isEmpty { arrive() }
    }

    func takeError() -> CInt {
        let taken = error
        error = 0
        return taken
    }

    // MARK: To the far end

    private func drain() {
        guard !isDraining, state == .open, !isReset,
            !sent.isEmpty || (isShut && !isEndTold)
        else { return }
        isDraining = true
        kernel.after(pace) { [self] in
            isDraining = false
            deliver()
        }
    }

    private func deliver() {
        guard !isReset else { return }
        if sent.isEmpty {
            guard isShut, !isEndTold else { return }
            isEndTold = true
            kernel.trace.note("tells end", kernel.now, number)
            far?.ended(self)
            return
        }
        let bytes = sent.take(kernel.segment(sent.count))
        kernel.trace.note("delivers", kernel.now, number, bytes.count)
        kernel.movedCount += bytes.count
        giveRoom()
        drain()
        hear(bytes)
    }

    private func giveRoom() {
        // Linux tells when a third is free.
        guard lacksRoom, (room - sent.count) * 3 >= room else { return }
        lacksRoom = false
        kernel.wake(descriptor, EPOLLOUT.rawValue)
    }

    // MARK: Poll

    /// What epoll would say of it.
    var mask: UInt32 {
        if state == .connecting { return 0 }
        var bits: UInt32 = 0
        let isGone = isReset || state == .refused
        if arrived.count > 0 || isEnded || isGone { bits |= EPOLLIN.rawValue }
        if isEnded || isGone { bits |= EPOLLRDHUP.rawValue }
        if isGone || (isEnded && isShut) { bits |= EPOLLHUP.rawValue }
        if error != 0 { bits |= EPOLLERR.rawValue }
        if isGone || isShut || (room - sent.count) * 3 >= room { bits |= EPOLLOUT.rawValue }
        return bits
    }
}
