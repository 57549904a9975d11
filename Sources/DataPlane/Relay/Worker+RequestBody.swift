import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// `Relay`, towards the upstream: body and trailers, framed anew.
extension Worker {
    /// Sends the staged head; with a body to come it waits for the body's first piece, so that
    /// one call sends both (the client's next step, which follows at once).
    mutating func sendStagedHead(_ exchange: Handle) {
        let connections = connections
        let upstream = exchanges[exchange].upstream
        let client = exchanges[exchange].client
        connections[upstream].exchangesBegun &+= 1
        if connections[upstream].isMultiplexed { return sendStagedStreamHead(exchange) }
        connections[upstream].phase = .responseHead
        connections[upstream].responseParser = ResponseHeadParser()
        guard !exchanges[exchange].isRequestComplete else { return flush(upstream) }
        if connections[upstream].isTLS {
            // What waits in `output` is cipher text: only `flush` leads there.
            flush(upstream)
            return resumeSource(exchanges[exchange].clientSide)
        }
        connections[upstream].output.append(staging, from: &chunks)
        staging.removeAll()
        // A head this large would pass for back pressure that nobody ever relieves.
        if connections[upstream].isOutputFull { flush(upstream) }
        if exchanges[exchange].clientStream.isNone {
            enqueue(client)
        } else {
            relayStreamInput(exchanges[exchange].clientStream)
            if !isMoreComing() { flush(upstream) }
        }
    }

    /// Begins a stream with the staged head.
    private mutating func sendStagedStreamHead(_ exchange: Handle) {
        let connections = connections
        let upstream = exchanges[exchange].upstream
        guard !streams.isFull else {
            // Ours are used up: that says nothing of the connection.
            staging.removeAll()
            exchanges[exchange].upstream = .none
            return answer(exchange, Fault(.noRoom))
        }
        let isTunnel = exchanges[exchange].wantsTunnel
        let hasBody = isTunnel || !exchanges[exchange].isRequestComplete
        let stream = connections[upstream].http2.request(
            staging.bytes, headIndex, isSecure: connections[upstream].isTLS, isTunnel: isTunnel,
            hasBody: hasBody)
        staging.removeAll()
        guard !stream.isNone else {
            connections[upstream].isRetiring = true
            exchanges[exchange].upstream = .none
            return upstreamFailed(exchange: exchange, Fault(.streamRefused))
        }
        link(stream)
        streams[stream].exchange = exchange
        if !hasBody { streams[stream].isOutputEnded = true }
        exchanges[exchange].upstreamStream = stream
        markDirty(upstream)
        if hasBody, !isTunnel { resumeSource(exchanges[exchange].clientSide) }
    }

    /// Passes on what of the body is in `input`.
    ///
    /// False when the exchange went elsewhere: complete, refused or gone.
    mutating func relayRequestBody(_ exchange: Handle, _ input: inout Buffer) -> Bool {
        let client = exchanges[exchange].client
        let sink = exchanges[exchange].upstreamSide
        exchanges[exchange].sentBody = true
        let framing = exchanges[exchange].requestFraming
        switch relayBody(&input, from: client, to: sink, as: framing) {
        case .more:
            return true
        case .end:
            requestIsComplete(exchange)
            return false
        case .refused(let fault):
            badRequestBody(exchange, fault)
            return false
        }
    }

    mutating func requestIsComplete(_ exchange: Handle) {
        let client = exchanges[exchange].client
        if exchanges[exchange].clientStream.isNone {
            connections[client].phase = .awaitingResponse
        }
        exchanges[exchange].isRequestComplete = true
        let sink = exchanges[exchange].upstreamSide
        if sink.isStream { emitEnd(to: sink, as: .none) }
    }

    /// The body broke the framing: the upstream must not take it for whole.
    mutating func badRequestBody(_ exchange: Handle, _ fault: HeadFault) {
        staging.removeAll()
        tally.rejected(fault.rawValue)
        if exchanges[exchange].isResponseHeadSent {
            abandon(exchange, .DPE)
        } else {
            answer(exchange, Fault(.refused(fault)))
        }
    }
}
