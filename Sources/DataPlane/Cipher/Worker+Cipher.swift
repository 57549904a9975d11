import Bytes
import HTTP
import Reactor
import Routing
import TLS
import Telemetry

/// `Cipher`: TLS between the transport and the codec; every other stage sees plain bytes.
extension Worker {
    /// Starts what the listener speaks, when the transport has said all it has to say.
    mutating func beginConversation(_ client: Handle) {
        if connections[client].isTLS {
            connections[client].phase = .handshake
            setDeadline(client, now + settings.handshakeTimeout)
        } else {
            connections[client].phase = .requestHead
            setDeadline(client, now + settings.firstByteTimeout)
        }
    }

    /// Goes on with the handshake; false when nothing more can be done until an event.
    mutating func shakeHands(_ client: Handle, _ input: inout Buffer) -> Bool {
        if receiveSealed(client, &input) { return true }
        if connections.contains(client), connections[client].isReadClosed {
            if connections[client].isClient {
                closeConnection(client)
            } else {
                upstreamFailed(client, .connectFailed)
            }
        }
        return false
    }

    /// The transport to an upstream that is asked over TLS is there: says hello.
    mutating func beginUpstreamHandshake(_ upstream: Handle) {
        // Within the time for the connect, which goes on.
        connections[upstream].phase = .handshake
        var nothing = Buffer()
        var plain = Buffer()
        _ = open(upstream, &nothing, into: &plain)
    }

    // MARK: Inwards

    /// Receives and opens until there are plain bytes, or the handshake is done.
    mutating func receiveSealed(_ client: Handle, _ input: inout Buffer) -> Bool {
        var sealed = Buffer()
        swap(&sealed, &sealedInput)
        sealed.reserve(Limits.receiveBytes, from: &chunks)
        var isGoingOn = false
        while !isGoingOn, receiveRaw(client, &sealed) {
            isGoingOn = open(client, &sealed, into: &input)
            // A failed session has said its alert; what still comes is not for it.
            guard connections.contains(client), connections[client].phase != .flushing else {
                break
            }
        }
        sealed.removeAll()
        swap(&sealed, &sealedInput)
        return isGoingOn
    }

    /// Opens what came behind a PROXY header in one piece with it; false as of `receiveSealed`.
    mutating func openReceived(_ client: Handle, _ input: inout Buffer) -> Bool {
        if input.isEmpty { return true }
        var sealed = Buffer()
        swap(&sealed, &sealedInput)
        sealed.append(input, from: &chunks)
        input.removeAll()
        _ = open(client, &sealed, into: &input)
        sealed.removeAll()
        swap(&sealed, &sealedInput)
        return connections.contains(client)
    }

    /// Gives cipher text to the session; true when there is something new to act on.
    private mutating func open(
        _ client: Handle, _ sealed: inout Buffer, into input: inout Buffer
    ) -> Bool {
        let connections = connections
        guard !connections[client].tls.isNone || beginSession(client) else { return false }
        precondition(staging.isEmpty)
        let known = input.count
        let progress = connections[client].tls.open(
            &sealed, into: &input, answers: &staging, from: &chunks)
        guard mayAnswer(client) else {
            staging.removeAll()
            sessionFailed(client, .answers)
            return false
        }
        let nothing = Span<UInt8>()
        if !staging.isEmpty { transmit(client, nothing) }
        let isEstablished = connections[client].tls.takeEstablished()
        if isEstablished {
            if connections[client].isClient {
                established(client)
            } else {
                transportIsThere(client)
            }
        }
        guard connections.contains(client) else { return false }
        switch progress {
        case .handshaking, .open:
            break
        case .closed:
            connections[client].isReadClosed = true
            connections[client].isReadable = false
        case .failed(let fault):
            sessionFailed(client, fault)
            return false
        }
        return isEstablished || input.count > known
    }

    /// Whether TLS's own answers, which are staged, may join those that the client has not read.
    ///
    /// Else a client could have us pile them up: a refused renegotiation costs it four bytes.
    private mutating func mayAnswer(_ client: Handle) -> Bool {
        let connections = connections
        if staging.isEmpty { return true }
        if connections[client].output.isEmpty { connections[client].unreadAnswers = 0 }
        connections[client].unreadAnswers += staging.count
        let isHandshake = connections[client].phase == .handshake
        let limit = isHandshake ? Limits.handshakeBytes : Limits.answerBytes
        return connections[client].unreadAnswers <= limit
    }

    /// The first bytes are there: makes a session, unless too many handshakes are under way, of all or of
    /// its source.
    private mutating func beginSession(_ client: Handle) -> Bool {
        guard mayShakeHands(client) else {
            tally.rejected(Rejection.handshakeLimit)
            closeConnection(client)
            return false
        }
        guard let session = contexts.accept() else {
            tally.rejected(Rejection.tls(.library))
            closeConnection(client)
            return false
        }
        connections[client].tls = session
        connections[client].idleSince = now
        countHandshake(of: client, isNew: true)
        return true
    }

    private mutating func established(_ client: Handle) {
        countHandshake(of: client, isNew: false)
        let version: TLSVersion = connections[client].tls.version == .tls13 ? .tls13 : .tls12
        tally.handshake(version, isResumed: connections[client].tls.isResumed)
        let connections = connections
        connections[client].clientCertificateCount = connections[client].tls.clientCertificate.count
        connections[client].mayBeginHTTP2 = false
        if ByteScan.equal(connections[client].tls.alpn, "h2") { return beginHTTP2(client) }
        connections[client].phase = .requestHead
        setDeadline(client, now + settings.firstByteTimeout)
    }

    /// TLS broke down; the alert, if one is due, is on its way.
    private mutating func sessionFailed(_ client: Handle, _ fault: TLSFault) {
        tally.rejected(Rejection.tls(fault))
        guard connections[client].isClient else {
            let isHandshake = connections[client].phase == .handshake
            return upstreamFailed(client, isHandshake ? .upstreamTLS(fault) : .upstreamReset)
        }
        let exchange = connections[client].exchange
        if connections[client].isMultiplexed { return multiplexedFailed(client, .upstreamReset) }
        if exchanges.contains(exchange) { return abandon(exchange, .DC) }
        if connections[client].output.isEmpty { return closeConnection(client) }
        if connections[client].phase == .handshake { countHandshake(of: client, isNew: false) }
        connections[client].phase = .flushing
        extendFlush(client)
    }

    // MARK: Outwards

    /// Seals what is staged, and `tail` behind it, and sends it.
    mutating func sealAndTransmit(_ client: Handle, _ tail: Span<UInt8>) {
        let connections = connections
        var sealed = Buffer()
        swap(&sealed, &sealedOutput)
        var plain = Buffer()
        swap(&plain, &staging)
        var isSealed = true
        if !plain.isEmpty || !tail.isEmpty {
            isSealed = connections[client].tls.seal(
                plain.bytes, tail, into: &sealed, from: &chunks)
        }
        plain.removeAll()
        swap(&plain, &staging)
        if isSealed { transmit(client, sealed.bytes) } else { sendFailed(client) }
        sealed.removeAll()
        if sealed.capacity > Limits.sealedBytesKept { sealed.release(to: &chunks) }
        swap(&sealed, &sealedOutput)
    }

    /// Says that nothing more will come, so that the client can tell a whole answer from a cut one.
    mutating func sayGoodbye(_ client: Handle) {
        let connections = connections
        guard !connections[client].tls.isNone, !connections[client].isBroken else { return }
        precondition(staging.isEmpty)
        connections[client].tls.sealClose(into: &staging, from: &chunks)
        let nothing = Span<UInt8>()
        if !staging.isEmpty { transmit(client, nothing) }
    }
}
