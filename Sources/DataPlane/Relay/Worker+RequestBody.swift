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
        connections[upstream].phase = .responseHead
        connections[upstream].exchangesBegun &+= 1
        connections[upstream].responseParser = ResponseHeadParser()
        guard connections[client].phase == .requestBody else { return flush(upstream) }
        connections[upstream].output.append(staging, from: &chunks)
        staging.removeAll()
        // A head this large would pass for back pressure that nobody ever relieves.
        if connections[upstream].isOutputFull { flush(upstream) }
        enqueue(client)
    }

    /// Passes on what of the body is in `input`.
    ///
    /// False when the exchange went elsewhere: complete, refused or gone.
    mutating func relayRequestBody(_ exchange: Handle, _ input: inout Buffer) -> Bool {
        let client = exchanges[exchange].client
        let upstream = exchanges[exchange].upstream
        exchanges[exchange].sentBody = true
        let framing = exchanges[exchange].requestFraming
        switch relayBody(&input, from: client, to: upstream, as: framing) {
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

    private mutating func requestIsComplete(_ exchange: Handle) {
        let client = exchanges[exchange].client
        connections[client].phase = .awaitingResponse
        exchanges[exchange].isRequestComplete = true
    }

    /// The body broke the framing: the upstream must not take it for whole.
    private mutating func badRequestBody(_ exchange: Handle, _ fault: HeadFault) {
        staging.removeAll()
        tally.rejected(fault.rawValue)
        if exchanges[exchange].isResponseHeadSent {
            abandon(exchange, .DPE)
        } else {
            answer(exchange, Fault(.refused(fault)))
        }
    }
}
