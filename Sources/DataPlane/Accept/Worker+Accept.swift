import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// A listener of one worker.
struct Listener: ~Copyable {
    let socket: ListeningSocket
    let kind: ListenerKind
    let isTLS: Bool
    /// Its number in the counters.
    let index: Int
}

/// `Accept`: takes connections within the worker's budget and gives them slots.
extension Worker {
    mutating func listen(
        _ socket: consuming ListeningSocket, _ kind: ListenerKind, isTLS: Bool, _ index: Int
    ) {
        let descriptor = socket.descriptor
        let listener = listeners.insert(
            Listener(socket: socket, kind: kind, isTLS: isTLS, index: index))
        let token = Self.listenerMark | UInt64(listener.index)
        precondition(poller.addReadable(descriptor, token: token))
    }

    /// Takes what waits on the listener in this slot, up to the turn's budget.
    mutating func acceptConnections(_ slot: UInt32) {
        guard acceptPausedUntil == 0, let listener = listeners.first(from: slot),
            listener.index == slot
        else { return }
        // To be told that none is left costs the kernel a socket made in vain, 2 us and more; so it is
        // asked how many there are. What comes meanwhile is the next turn's.
        let waiting = listeners[listener].socket.waitingCount()
        let most = waiting > 0 ? min(waiting, Limits.acceptsPerTurn) : Limits.acceptsPerTurn
        for index in 0..<most {
            guard acceptOne(listener, isAwaited: index == 0), acceptPausedUntil == 0 else { return }
        }
    }

    /// Takes one connection; false when there is none or no room.
    ///
    /// `isAwaited`: there is one for certain, for which others may have to go.
    private mutating func acceptOne(_ listener: Handle, isAwaited: Bool) -> Bool {
        if freeClientSlots <= 0 {
            // The next turn begins with one that is.
            guard isAwaited else { return false }
            makeRoomForClient()
        }
        guard freeClientSlots > 0 else {
            pauseAccepting()
            return false
        }
        switch listeners[listener].socket.accept(settings.socketOptions) {
        case .accepted(let socket, let remote):
            accepted(socket, remote, listener)
            // Each has its turn as if an event had told of it.
            runQueued()
            return true
        case .again:
            return true
        case .wouldBlock:
            return false
        case .exhausted:
            relent()
            return false
        }
    }

    /// The system has no descriptor, watch or memory left: idle clients are closed, and accepting rests.
    private mutating func relent() {
        _ = evict(.clients)
        pauseAccepting()
    }

    /// Connections that wait for an exchange go before clients do, where they are what fills the slots.
    private mutating func makeRoomForClient() {
        if clientCount < connections.limit / 2, evict(.pooled), freeClientSlots > 0 { return }
        _ = evict(.clients)
    }

    private mutating func accepted(
        _ socket: consuming Socket, _ remote: SocketAddress, _ listener: Handle
    ) {
        if shedding >= .connections {
            // At once and for good: the client may try another replica, and nothing of it stays.
            tally.rejected(Rejection.memoryConnection)
            return socket.resetOnClose()
        }
        let index = listeners[listener].index
        let isExternal = listeners[listener].kind == .external
        let connection = connections.insert(
            Connection(client: socket, from: remote, listener: index, external: isExternal))
        connections[connection].idleSince = now
        clientCount += 1
        tally.connectionOpened(listener: index)
        if policy.logsAccess {
            connections[connection].local = connections[connection].socket.localAddress()
        }
        connections[connection].isTLS = listeners[listener].isTLS
        connections[connection].isTrusted = isTrusted(remote, isExternal: isExternal)
        if expectsProxyHeader(from: remote, isExternal: isExternal) {
            connections[connection].phase = .proxyHeader
            setDeadline(connection, now + settings.handshakeTimeout)
        } else if countSource(connection) {
            beginConversation(connection)
        } else {
            return refuseSource(connection)
        }
        begin(connection)
    }

    /// Acts on what is there already, which mostly is the whole first request, and has the kernel tell of
    /// what comes then: sooner it would tell of that too, one event more for each connection.
    private mutating func begin(_ client: Handle) {
        connections[client].isReadable = true
        advance(client)
        guard connections.contains(client) else { return }
        if register(client, awaitsRoom: connections[client].isWriteBlocked) { return }
        abort(client)
        relent()
    }

    /// Turns a client away at once: who it is from has most of the room already.
    mutating func refuseSource(_ client: Handle) {
        tally.rejected(Rejection.sourceLimit)
        connections[client].socket.resetOnClose()
        closeConnection(client)
    }

    /// Leaves connections in the kernel's queue for a while: there is nothing left to serve them with.
    private mutating func pauseAccepting() {
        guard acceptPausedUntil == 0 else { return }
        acceptPausedUntil = now + Limits.acceptPause
        tally.glitch(Glitch.acceptPause.rawValue)
        for listener in ListenerWalk(listeners) {
            poller.remove(listeners[listener].socket.descriptor)
        }
    }

    mutating func resumeAccepting() {
        acceptPausedUntil = 0
        for listener in ListenerWalk(listeners) {
            let token = Self.listenerMark | UInt64(listener.index)
            guard poller.addReadable(listeners[listener].socket.descriptor, token: token) else {
                // Without memory for a watch the listener would stay deaf for good.
                return pauseAccepting()
            }
        }
    }

    /// Serves what the kernel has already accepted for us: closing the queue would reset it.
    mutating func drainListenerQueues() {
        #if DEBUG
            if seededBug == .queueForgotten { return }
        #endif
        for listener in ListenerWalk(listeners) {
            listeners[listener].socket.dropNewConnections()
            for _ in 0..<Limits.backlog {
                // All of them are served in this turn: time goes on, and what they have to say leaves.
                now = Clock.monotonic()
                guard acceptOne(listener, isAwaited: true) else { break }
                sendFrames()
            }
        }
    }

    mutating func closeListeners() {
        for listener in ListenerWalk(listeners) {
            _ = listeners.remove(listener)
        }
    }
}

/// The handles of all listeners of a worker, oldest first.
private struct ListenerWalk: Sequence, IteratorProtocol {
    private var handles: [Handle] = []

    init(_ listeners: Slab<Listener>) {
        var index: UInt32 = 0
        while let handle = listeners.first(from: index) {
            handles.append(handle)
            index = handle.index + 1
        }
        handles.reverse()
    }

    mutating func next() -> Handle? { handles.popLast() }
}
