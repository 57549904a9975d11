import CLinux

/// epoll: edges for connections, levels for the rest, in an order of the dice.
extension SimulatedKernel {
    func createPoller() -> CInt { add(.poller)?.number ?? -EMFILE }

    func control(
        _ poller: CInt, _ operation: CInt, _ number: CInt, _ token: UInt64, _ interest: UInt32
    ) -> CInt {
        guard find(poller, "epoll_ctl") != nil, let watched = find(number, "epoll_ctl") else {
            return -EBADF
        }
        if operation == EPOLL_CTL_DEL {
            if !watched.isWatched { return -ENOENT }
            watched.isWatched = false
            watched.isReady = false
            ready.removeAll { $0 === watched }
            return 0
        }
        if operation == EPOLL_CTL_MOD {
            if !watched.isWatched { return -ENOENT }
            watched.token = token
            watched.interest = interest | EPOLLERR.rawValue | EPOLLHUP.rawValue
            if mask(watched) & watched.interest != 0 { wake(watched) }
            return 0
        }
        if watched.isWatched { offend("epoll_ctl adds what it watches") }
        let mayFail = watched.wire != nil || watched.wasWatched
        if mayFail, dice.chance(weather.unwatched) {
            tellFault(.noWatch, nil)
            return -ENOSPC
        }
        if watched.wire?.isNew == true { earlyWatchCount += 1 }
        watched.isWatched = true
        watched.wasWatched = true
        watched.token = token
        watched.interest = interest | EPOLLERR.rawValue | EPOLLHUP.rawValue
        if mask(watched) & watched.interest != 0 { wake(watched) }
        return 0
    }

    private func mask(_ watched: Descriptor) -> UInt32 {
        switch watched.kind {
        case .poller: 0
        case .event: watched.count > 0 ? EPOLLIN.rawValue : 0
        case .listener: 0
        case .socket where watched.isListening:
            watched.backlog.isEmpty ? 0 : EPOLLIN.rawValue
        case .socket:
            watched.wire?.mask ?? (EPOLLOUT.rawValue | EPOLLHUP.rawValue)
        }
    }

    func wait(
        _ poller: CInt, _ found: UnsafeMutableBufferPointer<epoll_event>, _ milliseconds: CInt
    ) -> CInt {
        guard find(poller, "epoll_wait") != nil else { return -EBADF }
        if milliseconds != 0, dice.chance(weather.interrupted) { return -EINTR }
        let deadline = milliseconds < 0 ? UInt64.max : now + UInt64(milliseconds) * 1_000_000
        pass(to: now)
        while true {
            noteLevels()
            ready.removeAll { watched in
                let isQuiet = mask(watched) & watched.interest == 0
                if isQuiet { watched.isReady = false }
                return isQuiet
            }
            if !ready.isEmpty { break }
            guard let next = events.next, next <= deadline else {
                isQuiet = deadline == .max
                if !isQuiet { now = max(now, deadline) }
                trace.note("timeout", now)
                return 0
            }
            pass(to: next)
        }
        if dice.chance(weather.latePolls) { pass(to: now + UInt64(dice.below(3_000_000))) }
        noteLevels()
        if dice.chance(weather.spurious) { addSpurious() }
        return hand(found)
    }

    private func noteLevels() {
        for case let watched? in descriptors where watched.isWatched && watched.wire == nil {
            if mask(watched) & watched.interest != 0 { wake(watched) }
        }
    }

    /// Linux may report a connection on which nothing is new.
    private func addSpurious() {
        let watched = descriptors.compactMap { $0 }.filter {
            $0.isWatched && mask($0) & $0.interest != 0
        }
        if !watched.isEmpty { wake(dice.pick(watched)) }
    }

    private func hand(_ found: UnsafeMutableBufferPointer<epoll_event>) -> CInt {
        for index in ready.indices.dropFirst() { ready.swapAt(index, dice.below(index + 1)) }
        let most = dice.chance(200) ? dice.between(1, ready.count) : ready.count
        var count = 0
        for watched in ready.prefix(min(most, found.count)) {
            watched.isReady = false
            let bits = mask(watched) & watched.interest
            if bits == 0 { continue }
            found[count].events = bits
            found[count].data.u64 = watched.token
            trace.note("event", now, Int(watched.number), Int(bits))
            count += 1
        }
        ready.removeFirst(min(most, found.count))
        return CInt(count)
    }
}
