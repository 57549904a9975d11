import CLinux

/// Calls for sockets, events, clock and entropy.
extension SimulatedKernel {
    func socket() -> CInt {
        guard isSettingUp || !dice.chance(weather.exhausted), let made = add(.socket) else {
            tellFault(.noDescriptor, nil)
            return -EMFILE
        }
        trace.note("socket", now, Int(made.number))
        return made.number
    }

    func bind(_ number: CInt, _ address: Address) -> CInt {
        find(number, "bind")?.address = address
        return 0
    }

    func listen(_ number: CInt) -> CInt {
        find(number, "listen")?.isListening = true
        return 0
    }

    func accept(_ number: CInt, _ address: inout Address) -> CInt {
        slip()
        guard let listener = find(number, "accept"), listener.isListening else { return -EBADF }
        if listener.backlog.isEmpty {
            if weather.tellsWaiting, !listener.dropsNew { vainAcceptCount += 1 }
            return -EAGAIN
        }
        guard !dice.chance(weather.exhausted), openCount < descriptorsMax else {
            tellFault(.noAccept, nil)
            return -EMFILE
        }
        let wire = listener.backlog.removeFirst()
        if wire.isReset && dice.chance(500) { return -ECONNABORTED }
        if dice.chance(weather.aborted) {
            tellFault(.abortedAccept, nil)
            wire.close()
            wire.far?.wasReset(wire)
            return -ECONNABORTED
        }
        guard let made = add(.socket) else { return -EMFILE }
        made.wire = wire
        wire.descriptor = made
        wire.isNew = true
        wire.wasAccepted = true
        address = wire.remote
        trace.note("accept", now, Int(made.number), wire.number)
        return made.number
    }

    func waiting(_ number: CInt) -> CInt {
        guard let listener = find(number, "getsockopt"), listener.isListening else { return 0 }
        return weather.tellsWaiting ? CInt(listener.backlog.count) : 0
    }

    func connect(_ number: CInt, _ address: Address) -> CInt {
        guard let socket = find(number, "connect") else { return -EBADF }
        let wire = newWire(remote: address, nil)
        let verdict = answerConnect(address, wire)
        trace.note("connect", now, Int(number), wire.number)
        trace.say("to \(address): \(verdict)", now)
        switch verdict {
        case .accept, .acceptAtOnce: break
        default: tellFault(.connect, nil)
        }
        switch verdict {
        case .refuseAtOnce: return -ECONNREFUSED
        case .unreachable: return -ENETUNREACH
        case .noPort: return -EADDRNOTAVAIL
        case .silence: break
        case .refuse(let delay):
            after(delay) { wire.connectFailed(ECONNREFUSED) }
        case .accept(let far, let delay):
            wire.far = far
            after(delay) { if !wire.isReset { wire.open() } }
        case .acceptAtOnce(let far):
            wire.far = far
            wire.open()
        }
        socket.wire = wire
        wire.descriptor = socket
        if case .acceptAtOnce = verdict { return 0 }
        return -EINPROGRESS
    }

    func receive(
        _ number: CInt, _ bytes: UnsafeMutableRawPointer?, _ count: Int, _ flags: CInt
    ) -> Int {
        slip()
        let isThrownAway = flags & CInt(MSG_TRUNC) != 0
        guard let wire = wire(number, "recv") else { return -Int(EBADF) }
        if !isThrownAway, dice.chance(weather.interrupted) { return -Int(EINTR) }
        return wire.receive(isThrownAway ? nil : bytes, count)
    }

    func send(_ number: CInt, _ pieces: UnsafeBufferPointer<iovec>) -> Int {
        slip()
        guard let wire = wire(number, "send") else { return -Int(EBADF) }
        if wire.isShut { offend("send after shutdown") }
        if dice.chance(weather.interrupted) { return -Int(EINTR) }
        return wire.send(pieces)
    }

    /// The connection behind a number, which must be there for what is done with it.
    private func wire(_ number: CInt, _ call: StaticString) -> Wire? {
        guard let socket = find(number, call) else { return nil }
        guard let wire = socket.wire, wire.state != .connecting else {
            offend("\(call) before the connect came out")
            return nil
        }
        return wire
    }

    func shutdown(_ number: CInt) -> CInt {
        guard let wire = wire(number, "shutdown") else { return -EBADF }
        trace.note("shutdown", now, wire.number)
        wire.shut()
        return 0
    }

    func close(_ number: CInt) -> CInt {
        guard let found = find(number, "close") else { return -EBADF }
        descriptors[Int(number - Self.firstNumber)] = nil
        ready.removeAll { $0 === found }
        trace.note("close", now, Int(number), found.wire?.number ?? 0)
        found.isWatched = false
        found.wire?.close()
        for waiting in found.backlog {
            waiting.isAbrupt = true
            waiting.close()
        }
        slip()
        return 0
    }

    func setOption(_ number: CInt, _ level: CInt, _ name: CInt) -> CInt {
        guard let found = find(number, "setsockopt") else { return -EBADF }
        guard level == SOL_SOCKET else { return 0 }
        if name == SO_LINGER { found.wire?.isAbrupt = true }
        if name == SO_ATTACH_FILTER { found.dropsNew = true }
        return 0
    }

    func takeError(_ number: CInt) -> CInt {
        find(number, "getsockopt")?.wire?.takeError() ?? EBADF
    }

    func localAddress(_ number: CInt) -> Address {
        find(number, "getsockname")?.address ?? Address(0, 0)
    }

    // MARK: Events

    func createEvent() -> CInt { add(.event)?.number ?? -EMFILE }

    func readEvent(_ number: CInt, _ count: inout UInt64) -> Int {
        guard let event = find(number, "read") else { return -Int(EBADF) }
        if event.count == 0 { return -Int(EAGAIN) }
        count = event.count
        event.count = 0
        return 8
    }

    func writeEvent(_ number: CInt, _ count: UInt64) -> Int {
        guard let event = find(number, "write") else { return -Int(EBADF) }
        event.count += count
        return 8
    }

    // MARK: Clock and entropy

    func time(isWall: Bool) -> UInt64 {
        now += UInt64(dice.below(2000))
        return isWall ? now &+ wallOffset : now
    }
}
