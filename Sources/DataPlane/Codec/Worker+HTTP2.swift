import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// `Codec`, HTTP/2 of either side: bytes to events to exchanges, and what is to be sent to bytes.
extension Worker {
    /// The transport is there and speaks HTTP/2: begins a session.
    mutating func beginHTTP2(_ connection: Handle) {
        let connections = connections
        let isClient = connections[connection].isClient
        connections[connection].http2 = HTTP2Session(
            isServer: isClient, for: connection, in: workspace)
        connections[connection].isMultiplexed = true
        connections[connection].phase = .multiplexed
        connections[connection].lingersBeforeClose = isClient
        connections[connection].heardAt = now
        connections[connection].idleSince = now
        connections[connection].retiresAt = retirement()
        connections[connection].settingsDueAt = now + settings.headTimeout
        if isClient, drain.isDraining { retire(connection) }
        if isClient, case .finishing = drain { connections[connection].http2.refuseStreams() }
        watch(connection)
        markDirty(connection)
    }

    /// Reads frames as they come; false when nothing more can be done until an event.
    mutating func readFrames(_ connection: Handle, _ input: inout Buffer) -> Bool {
        sendBeforeSettings(connection)
        guard connections.contains(connection), connections[connection].phase == .multiplexed
        else { return connections.contains(connection) }
        // Who does not read its answers gets no further ones.
        if connections[connection].isOutputFull { return false }
        if !input.isEmpty {
            takeFrames(connection, &input)
            guard connections.contains(connection),
                connections[connection].phase == .multiplexed
            else { return connections.contains(connection) }
        }
        if receive(connection, &input) { return true }
        if connections.contains(connection), connections[connection].isReadClosed {
            multiplexedFailed(connection, .upstreamClosed)
        }
        return false
    }

    /// Has the library number and frame the requests that were begun while nobody knew the upstream's limit.
    ///
    /// Those that it still had when the limit comes it would keep until others end; the upstream refuses
    /// them, and they go elsewhere (RFC 9113 §5.1.2).
    private mutating func sendBeforeSettings(_ connection: Handle) {
        guard !connections[connection].isClient, !connections[connection].hasSettings,
            connections[connection].isDirty
        else { return }
        sendFrames(connection)
    }

    private mutating func takeFrames(_ connection: Handle, _ input: inout Buffer) {
        now = Clock.monotonic()
        connections[connection].heardAt = now
        connections[connection].isPinged = false
        while !input.isEmpty {
            let taken = takeFrames(
                connection, input.bytes.extracting(first: HTTP2Limits.receiveBytes))
            markDirty(connection)
            guard taken > 0, connections.contains(connection),
                connections[connection].phase == .multiplexed
            else { return input.removeAll() }
            input.consume(taken)
        }
    }

    /// Says how many bytes were taken; 0 when no more can be.
    private mutating func takeFrames(_ connection: Handle, _ bytes: Span<UInt8>) -> Int {
        do {
            let taken = try connections[connection].http2.receive(bytes, now: now)
            handleEvents(connection, bytes)
            return taken
        } catch {
            handleEvents(connection, bytes)
            broke(connection, error)
            return 0
        }
    }

    /// The other side broke the connection's rules: says so, and ends it.
    mutating func broke(_ connection: Handle, _ fault: HTTP2Fault) {
        guard connections.contains(connection) else { return }
        tally.rejected(Rejection.http2(fault))
        connections[connection].http2.end(fault)
        connections[connection].isRetiring = true
        connections[connection].lingersBeforeClose = !fault.isFlood
        if !connections[connection].isClient { upstreamBroke(connection) }
        markDirty(connection)
    }

    // MARK: Events

    /// Acts on what the last call noticed; `bytes` is what was received in it.
    private mutating func handleEvents(_ connection: Handle, _ bytes: Span<UInt8>) {
        let workspace = workspace
        let events = workspace.events
        if events.isEmpty { return }
        noteAborted(events)
        var texts = Buffer()
        workspace.takeTexts(&texts)
        for index in events.indices {
            guard connections.contains(connection) else {
                // Streams that it began are nobody's.
                let event = events[index]
                if case .opened = event.kind, streams.contains(event.stream) {
                    _ = streams.remove(event.stream)
                }
                continue
            }
            eventAtHand = index
            handle(events[index], connection, bytes, texts.bytes)
        }
        eventAtHand = -1
        giveBackWindow(connection)
        texts.removeAll()
        workspace.takeTexts(&texts)
        workspace.forget()
    }

    /// Streams whose end is at hand before their beginning was looked at never reach an upstream: who
    /// asks and takes it back at once costs nobody else anything (CVE-2023-44487).
    private mutating func noteAborted(_ events: Span<HTTP2Event>) {
        let streams = streams
        for index in events.indices {
            let event = events[index]
            if case .closed = event.kind, streams.contains(event.stream) {
                streams[event.stream].isAborted = true
            }
        }
    }

    /// What comes next goes on with the message of the event at hand.
    mutating func isMoreComing() -> Bool {
        if eventAtHand < 0 { return false }
        return switch workspace.continuation(of: eventAtHand) {
        case .none: false
        case .more, .end: true
        }
    }

    /// It ends that message: no window of its stream is of use any more.
    mutating func isEndComing() -> Bool {
        if eventAtHand < 0 { return false }
        return if case .end = workspace.continuation(of: eventAtHand) { true } else { false }
    }

    @inline(__always)
    private mutating func handle(
        _ event: HTTP2Event, _ connection: Handle, _ bytes: Span<UInt8>, _ texts: Span<UInt8>
    ) {
        let streams = streams
        let stream = event.stream
        guard stream.isNone || streams.contains(stream) else { return }
        switch event.kind {
        case .opened:
            link(stream)
        case .head, .headAtEnd:
            if case .headAtEnd = event.kind { streams[stream].isInputEnded = true }
            let bytes = texts.extracting(event.headRange)
            let fields = Int(event.code)
            if !connections[connection].isClient {
                relayStreamHead(stream, bytes, fields: fields)
            } else if streams[stream].isAborted {
                countAborted()
            } else if let fault = lackOfRoom(connection) {
                shed(stream, fault)
            } else {
                readStreamHead(stream, bytes, fields: fields)
            }
        case .badHead:
            let fault = HeadFault(rawValue: UInt8(event.code)) ?? .badFieldName
            let isHEAD = ByteScan.equal(texts.extracting(event.range), "HEAD")
            refuseStreamHead(stream, fault, isHEAD: isHEAD)
        case .data:
            relay(bytes.extracting(event.range), of: stream)
        case .end:
            if stream.isNone { return }
            streams[stream].isInputEnded = true
            relayStreamInput(stream)
        case .trailers:
            if stream.isNone { return }
            streams[stream].isInputEnded = true
            streams[stream].inputTrailers.append(texts.extracting(event.range), from: &chunks)
            let exchange = streams[stream].exchange
            if event.code > 0, !connections[connection].isClient, exchanges.contains(exchange),
                exchanges[exchange].isGRPC
            {
                note(callStatus: UInt8(event.code - 1), exchange)
            }
            relayStreamInput(stream)
        case .closed:
            streamClosed(stream, HTTP2Code(rawValue: event.code) ?? .protocolError)
        case .room, .fault, .goAway, .settings:
            handleRare(event, connection)
        }
    }

    private mutating func handleRare(_ event: HTTP2Event, _ connection: Handle) {
        let stream = event.stream
        switch event.kind {
        case .room:
            let exchange = streams[stream].exchange
            guard exchanges.contains(exchange) else { return }
            resumeSource(
                exchanges[exchange].clientStream == stream
                    ? exchanges[exchange].upstreamSide : exchanges[exchange].clientSide)
        case .fault:
            tally.rejected(Rejection.http2(HTTP2Fault(rawValue: UInt8(event.code)) ?? .library))
            if !connections[connection].isClient {
                if stream.isNone {
                    upstreamBroke(connection)
                } else {
                    streamFailed(stream, Fault(.badResponse(.badStatusLine)))
                }
            }
        case .goAway:
            connections[connection].isRetiring = true
            if !connections[connection].isClient { spreadWaiting(connection) }
        case .settings:
            connections[connection].hasSettings = true
            connections[connection].settingsDueAt = .max
            if !connections[connection].isClient {
                connected(connections[connection].destination)
                noteStreamLimit(connection)
                serveWaiting(connection)
                spreadWaiting(connection)
            }
        default: break
        }
    }

    // MARK: The client's heads

    /// A request's head is whole.
    private mutating func readStreamHead(
        _ stream: Handle, _ bytes: Span<UInt8>, fields: Int
    ) {
        headOwner = .none
        let fault = HTTP2Head.readRequest(
            bytes, fields: fields, into: &head, limits: settings.headLimits)
        if let fault {
            return refuse(stream: stream, Fault(.refused(fault)), isHEAD: head.method == .head)
        }
        let side = Side(connection: streams[stream].connection, stream: stream)
        beginExchange(side, bytes, marks: fields)
    }

    /// Asked and taken back before anybody looked.
    private mutating func countAborted() {
        tally.record(
            series: .none, protocol: .http2, code: 0, flag: .DC, durationNanoseconds: nil,
            firstByteNanoseconds: nil)
    }

    /// Why a client may not have the stream that it has begun; nil where it may.
    private mutating func lackOfRoom(_ client: Handle) -> Fault? {
        if shedding >= .requests { return Fault(.overloaded) }
        return mayOpenStream(client) ? nil : Fault(.crowded)
    }

    /// There is no room: the client is told that nothing was done, so that it may ask again.
    private mutating func shed(_ stream: Handle, _ fault: Fault) {
        let connection = streams[stream].connection
        if let reason = fault.rejection { tally.rejected(reason) }
        if policy.logsAccess { logRefusal(connection, fault) }
        tally.record(
            series: .none, protocol: .http2, code: fault.status, flag: fault.flag,
            durationNanoseconds: nil, firstByteNanoseconds: nil)
        connections[connection].http2.shed(stream)
        markDirty(connection)
    }

    private mutating func refuseStreamHead(_ stream: Handle, _ fault: HeadFault, isHEAD: Bool) {
        let connection = streams[stream].connection
        guard connections[connection].isClient else {
            // An upstream's head or trailers that are too large.
            connections[connection].http2.reset(stream, .cancel)
            markDirty(connection)
            return streamFailed(stream, Fault(.badResponse(fault)))
        }
        let exchange = streams[stream].exchange
        if exchanges.contains(exchange) {
            // Its trailers.
            return badRequestBody(exchange, fault)
        }
        // They come behind an answer that was given before.
        if streams[stream].isOutputEnded { return }
        if let fault = lackOfRoom(connection) { return shed(stream, fault) }
        refuse(stream: stream, Fault(.refused(fault)), isHEAD: isHEAD)
    }

    // MARK: Streams of a connection

    /// Puts a new stream into its connection's list.
    mutating func link(_ stream: Handle) {
        let streams = streams
        let connection = streams[stream].connection
        let first = connections[connection].firstStream
        streams[stream].next = first
        if !first.isNone { streams[first].previous = stream }
        connections[connection].firstStream = stream
        connections[connection].streamCount += 1
        countStream(of: connection, isNew: true)
    }

    /// The stream is over on the wire: frees its slot, and ends what still hangs on it.
    private mutating func streamClosed(_ stream: Handle, _ code: HTTP2Code) {
        let streams = streams
        let exchange = streams[stream].exchange
        let connection = streams[stream].connection
        let isClient = connections[connection].isClient
        if !isClient, exchanges.contains(exchange), streams[stream].isInputEnded {
            // All of the response is here, and its client has not taken all of it yet.
            streams[stream].isClosed = true
            return
        }
        removeStream(stream)
        if exchanges.contains(exchange) {
            if isClient {
                abandon(exchange, .DC)
            } else {
                let kind: Fault.Kind = code == .refusedStream ? .streamRefused : .streamReset
                exchanges[exchange].upstream = .none
                exchanges[exchange].upstreamStream = .none
                upstreamFailed(exchange: exchange, Fault(kind))
            }
        }
        streamLeft(connection)
    }

    /// A stream is gone: there is room for another, or the connection is idle, or done.
    mutating func streamLeft(_ connection: Handle) {
        guard connections.contains(connection) else { return }
        if connections[connection].streamCount == 0 {
            connections[connection].idleSince = now
            if connections[connection].isRetiring { return endMultiplexed(connection) }
        }
        if !connections[connection].isClient { serveWaiting(connection) }
    }

    /// Takes the stream out of its connection's list and frees it.
    mutating func removeStream(_ stream: Handle) {
        let streams = streams
        giveBack(stream, streams[stream].input.count, hasWaited: true)
        unlink(stream)
        var ended = streams.remove(stream)
        ended.input.release(to: &chunks)
        ended.output.release(to: &chunks)
        ended.inputTrailers.release(to: &chunks)
        ended.outputTrailers.release(to: &chunks)
    }

    /// Takes the stream out of its connection's list, if it is in one.
    mutating func unlink(_ stream: Handle) {
        let streams = streams
        let connection = streams[stream].connection
        guard connections.contains(connection) else { return }
        let next = streams[stream].next
        let previous = streams[stream].previous
        guard !previous.isNone || connections[connection].firstStream == stream else { return }
        if !next.isNone { streams[next].previous = previous }
        if previous.isNone {
            connections[connection].firstStream = next
        } else {
            streams[previous].next = next
        }
        streams[stream].next = .none
        streams[stream].previous = .none
        connections[connection].streamCount -= 1
        countStream(of: connection, isNew: false)
    }

    // MARK: Sending

    /// Has the connection's frames sent at the end of the turn.
    mutating func markDirty(_ connection: Handle) {
        guard connections.contains(connection), !connections[connection].isDirty else { return }
        connections[connection].isDirty = true
        dirty.append(connection)
    }

    /// Sends what all connections of HTTP/2 have to say.
    mutating func sendFrames() {
        while dirty.count > 0 {
            let connection = dirty.removeLast()
            guard connections.contains(connection) else { continue }
            connections[connection].isDirty = false
            if connections[connection].phase == .multiplexed { sendFrames(connection) }
        }
    }

    /// Sends what it has to say now.
    mutating func sendFrames(_ connection: Handle) {
        let connections = connections
        while connections.contains(connection), connections[connection].phase == .multiplexed,
            !connections[connection].isBroken, !connections[connection].isOutputFull
        {
            var isMore = false
            let fault = stageFrames(connection, &isMore)
            flush(connection)
            handleEvents(connection, Span())
            if let fault { return cut(connection, fault) }
            guard isMore else { break }
        }
        guard connections.contains(connection), connections[connection].phase == .multiplexed,
            connections[connection].http2.isOver
        else { return }
        finishMultiplexed(connection)
    }

    /// Stages frames for one call; `isMore` says whether some may be left.
    private mutating func stageFrames(
        _ connection: Handle, _ isMore: inout Bool
    ) -> HTTP2Fault? {
        precondition(staging.isEmpty)
        let connections = connections
        var frames = Buffer()
        swap(&frames, &staging)
        var fault: HTTP2Fault?
        do {
            isMore = try connections[connection].http2.send(
                into: &frames, most: Limits.framesBytes, now: now, releasingTo: &chunks)
        } catch {
            fault = error
        }
        swap(&frames, &staging)
        return fault
    }

    /// Nothing more can be said over the connection.
    private mutating func cut(_ connection: Handle, _ fault: HTTP2Fault) {
        guard connections.contains(connection) else { return }
        tally.rejected(Rejection.http2(fault))
        multiplexedFailed(connection, .badResponse(.badStatusLine))
    }
}
