import Bytes
import HTTP

/// `Relay`, towards the upstream: body and trailers, framed anew.
extension Worker {
    /// Sends the staged head; with a body to come it waits for the body's first piece, so that
    /// one call sends both (the client's next step, which follows at once).
    mutating func sendStagedHead(_ exchange: Handle) {
        let upstream = exchanges[exchange].upstream
        let client = exchanges[exchange].client
        connections[upstream].phase = .responseHead
        connections[upstream].exchangesBegun &+= 1
        connections[upstream].responseParser = ResponseHeadParser()
        guard connections[client].phase == .requestBody else { return flush(upstream) }
        connections[upstream].output.append(staging.bytes, from: &chunks)
        staging.removeAll()
        enqueue(client)
    }

    /// Passes on what of the body is in `input`. False when the exchange went elsewhere:
    /// complete, refused or gone.
    mutating func relayRequestBody(_ exchange: Handle, _ input: inout Buffer) -> Bool {
        let client = exchanges[exchange].client
        let upstream = exchanges[exchange].upstream
        exchanges[exchange].sentBody = true
        switch connections[client].body {
        case .none:
            preconditionFailure("no body is being read")
        case .length(let left):
            let count = Int(min(left, UInt64(input.count)))
            emit(input.bytes.extracting(first: count), to: upstream)
            input.consume(count)
            guard left == UInt64(count) else {
                connections[client].body = .length(left: left - UInt64(count))
                return true
            }
            requestIsComplete(exchange)
            return false
        case .chunked(var decoder):
            let outcome = relayChunks(input.bytes, &decoder, to: upstream, chunked: true)
            input.consume(outcome.consumed)
            connections[client].body = .chunked(decoder)
            switch outcome.end {
            case .more: return true
            case .end:
                requestIsComplete(exchange)
                return false
            case .refused(let fault):
                badRequestBody(exchange, fault)
                return false
            }
        case .untilClose:
            preconditionFailure("a request never ends with its connection")
        }
    }

    private mutating func requestIsComplete(_ exchange: Handle) {
        let client = exchanges[exchange].client
        connections[client].body = .none
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
