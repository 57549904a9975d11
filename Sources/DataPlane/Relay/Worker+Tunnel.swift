import Bytes
import HTTP
import Reactor
import Routing
import TLS
import Telemetry

/// Tunnels: WebSocket over HTTP/1's Upgrade or HTTP/2's extended CONNECT, on either side.
///
/// A tunnel begins when the upstream consents, by 101 or by 200, and not before; then bytes pass
/// both ways until one side ends (RFC 6455 §4, RFC 8441 §5). Its connections are never used again.
extension Worker {
    /// Whether the head that was just read is the consent that was asked for.
    mutating func opensTunnel(_ exchange: Handle) -> Bool {
        guard exchanges[exchange].upstreamStream.isNone else {
            return head.status >= 200 && head.status < 300
        }
        return head.status == 101 && head.upgradesToWebSocket
    }

    /// Whether a client over HTTP/2 would take this for the consent that it is not.
    mutating func isFalseConsent(_ exchange: Handle) -> Bool {
        exchanges[exchange].wantsTunnel && !exchanges[exchange].clientStream.isNone
            && exchanges[exchange].upstreamStream.isNone && head.status >= 200 && head.status < 300
    }

    /// The upstream consents: tells the client, and lets bytes pass.
    mutating func beginTunnel(_ exchange: Handle, _ bytes: Span<UInt8>) -> Bool {
        guard answersOurKey(exchange, bytes) else {
            badResponse(exchange, .badStatusLine)
            return false
        }
        let client = exchanges[exchange].clientSide
        let upstream = exchanges[exchange].upstreamSide
        exchanges[exchange].isTunnel = true
        exchanges[exchange].isRequestComplete = false
        exchanges[exchange].requestFraming = .untilClose
        exchanges[exchange].responseFraming = .untilClose
        exchanges[exchange].clientFraming = .untilClose
        exchanges[exchange].clientKeepsAlive = false
        exchanges[exchange].status = client.isStream ? 200 : 101
        tally.tunnelBegan(
            exchanges[exchange].series, at: exchanges[exchange].firstByteAt)
        stageConsent(exchange, bytes)
        sendStagedResponseHead(exchange, hasBody: true)
        exchanges[exchange].isResponseHeadSent = true
        if !upstream.isStream {
            connections[upstream.connection].body = BodyDecoder(.untilClose)
            connections[upstream.connection].phase = .responseBody
            connections[upstream.connection].closesAfterExchange = true
        }
        if client.isStream {
            relayStreamInput(client.stream)
        } else {
            connections[client.connection].body = BodyDecoder(.untilClose)
            connections[client.connection].phase = .requestBody
            // Where the upstream ends first the client may still speak: to close right away would be
            // a reset, which destroys what is on its way to it.
            connections[client.connection].lingersBeforeClose = true
            flush(client)
            enqueue(client.connection)
        }
        if drain.isDraining, exchanges.contains(exchange), exchanges[exchange].farewell == .none {
            sayFarewell(exchange, to: client)
            flush(client)
        }
        return exchanges.contains(exchange)
    }

    /// Where the key was ours, whether the upstream has read it (RFC 6455 §4.1).
    private mutating func answersOurKey(_ exchange: Handle, _ bytes: Span<UInt8>) -> Bool {
        guard !exchanges[exchange].clientStream.isNone, exchanges[exchange].upstreamStream.isNone
        else { return true }
        for index in 0..<head.fields.count where head.fields[index].known == .secWebSocketAccept {
            return exchanges[exchange].accept.matches(
                bytes.extracting(head.fields[index].value.range))
        }
        return false
    }

    private mutating func stageConsent(_ exchange: Handle, _ bytes: Span<UInt8>) {
        let exchanges = exchanges
        let isStream = !exchanges[exchange].clientStream.isNone
        staging.reserve(
            bytes.count + head.fields.count * 4 + exchanges[exchange].responseFields.count + 512,
            from: &chunks)
        staging.append(status: isStream ? 200 : 101)
        for index in 0..<head.fields.count {
            // An Accept is HTTP/1's alone, and is said anew where it is needed.
            let isAccept = head.fields[index].known == .secWebSocketAccept
            if isAccept, isStream || exchanges[exchange].accept.isKnown {
                head.fields[index].isDropped = true
            }
        }
        staging.append(fieldsOf: head, in: bytes)
        staging.append(exchanges[exchange].responseFields)
        if !isStream {
            staging.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
            if exchanges[exchange].accept.isKnown {
                staging.append("Sec-WebSocket-Accept: ")
                for index in 0..<28 { staging.append(exchanges[exchange].accept.character(index)) }
                staging.append("\r\n")
            }
        }
        staging.appendLineEnd()
    }

    /// The client has said all: the upstream hears it, and may still go on.
    mutating func endTunnelInput(_ exchange: Handle) {
        guard !exchanges[exchange].isRequestComplete else { return }
        let upstream = exchanges[exchange].upstreamSide
        requestIsComplete(exchange)
        if upstream.isStream { return }
        flush(upstream)
        connections[upstream.connection].shutsDownWhenSent = true
        if connections[upstream.connection].output.isEmpty { shutDown(upstream.connection) }
    }

    /// Nothing more is written to the connection.
    mutating func shutDown(_ connection: Handle) {
        connections[connection].shutsDownWhenSent = false
        if connections[connection].isTLS { sayGoodbye(connection) }
        guard connections[connection].output.isEmpty else {
            connections[connection].shutsDownWhenSent = true
            return
        }
        connections[connection].socket.shutdownWrite()
    }

    // MARK: Going away

    /// Whether the bytes are a WebSocket's on their way to its client.
    mutating func isWatched(_ exchange: Handle, isRequest: Bool) -> Bool {
        !isRequest && exchanges[exchange].isTunnel
    }

    /// Passes on what a WebSocket's upstream says, as long as we have not said that we go away.
    mutating func emitFrames(_ piece: Span<UInt8>, of exchange: Handle, to sink: Side) {
        switch exchanges[exchange].farewell {
        case .said:
            return
        case .none:
            _ = exchanges[exchange].frames.pass(piece, stopping: false)
            emit(piece, to: sink, as: .untilClose)
        case .due:
            let count = exchanges[exchange].frames.pass(piece, stopping: true)
            emit(piece.extracting(first: count), to: sink, as: .untilClose)
            if exchanges[exchange].frames.isBetweenFrames { sayFarewell(exchange, to: sink) }
        }
    }

    /// All clients with a WebSocket are told that we go away (1001), each between two frames; what
    /// they answer ends the upstream's side.
    mutating func closeTunnels() {
        var index: UInt32 = 0
        while let exchange = exchanges.first(from: index) {
            index = exchange.index + 1
            guard exchanges[exchange].isTunnel else { continue }
            let sink = exchanges[exchange].clientSide
            if exchanges[exchange].frames.isBetweenFrames {
                sayFarewell(exchange, to: sink)
                flush(sink)
            } else {
                exchanges[exchange].farewell = .due
            }
        }
    }

    private mutating func sayFarewell(_ exchange: Handle, to sink: Side) {
        exchanges[exchange].farewell = .said
        let frame = WebSocketFrames.goingAway
        emit(frame.span, to: sink, as: .untilClose)
    }

    // MARK: Asking for one

    /// Stages what asks an upstream of HTTP/1 for a tunnel, with a key of ours where the client had
    /// none; on HTTP/2 the session says it.
    mutating func stageUpgrade(_ exchange: Handle, _ bytes: Span<UInt8>) {
        let upstream = exchanges[exchange].upstream
        let isMultiplexed = connections[upstream].isMultiplexed
        let isStream = !exchanges[exchange].clientStream.isNone
        if isMultiplexed == isStream, isStream { return }
        if isMultiplexed {
            // The client's key is answered by us.
            for index in 0..<head.fields.count where head.fields[index].known == .secWebSocketKey {
                noteAccept(exchange, bytes.extracting(head.fields[index].value.range))
            }
            return
        }
        staging.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        guard isStream else { return }
        var key = InlineArray<24, UInt8>(repeating: 0x3d)
        var bits = (entropy.next(), entropy.next())
        for index in 0..<22 {
            key[index] = Self.base64[Int(bits.0 & 63)]
            bits.0 = bits.0 >> 6 | (bits.1 & 63) << 58
            bits.1 >>= 6
        }
        // Sixteen bytes end with four bits that are 0.
        key[21] = Self.base64[Int(bits.0 & 3) << 4]
        staging.append(field: "Sec-WebSocket-Key", key.span)
        noteAccept(exchange, key.span)
    }

    private static let base64: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Keeps what answers the key.
    private mutating func noteAccept(_ exchange: Handle, _ key: Span<UInt8>) {
        var text: [UInt8] = []
        for index in key.indices { text.append(key[index]) }
        let suffix = ByteScan.bytes(of: WebSocketAccept.suffix)
        for index in suffix.indices { text.append(suffix[index]) }
        exchanges[exchange].accept = WebSocketAccept(digest: Digest.sha1(text).span)
    }
}
