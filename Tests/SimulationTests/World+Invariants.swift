import Bytes
import HTTP
import Routing
import Simulation
import Telemetry

@testable import DataPlane

/// What must hold between any two turns.
extension World {
    /// The first invariant that does not hold.
    func brokenInvariant() -> String? {
        var census = Census()
        if let fault = countConnections(&census) ?? countExchanges(&census) { return fault }
        countStreams(&census)
        if worker.clientCount != census.clients {
            return "\(worker.clientCount) clients are counted, \(census.clients) are there"
        }
        if worker.exchangesHTTP1 != census.exchangesHTTP1 {
            return "\(worker.exchangesHTTP1) exchanges of HTTP/1 are counted, "
                + "\(census.exchangesHTTP1) are there"
        }
        if worker.wheel.count != census.scheduled {
            return "\(worker.wheel.count) timers are set, \(census.scheduled) are wanted"
        }
        if !worker.staging.isEmpty { return "\(worker.staging.count) bytes are left staged" }
        return lostBuffers(census) ?? brokenPool(census) ?? brokenSplit()
    }

    /// What was found on a walk over everything.
    struct Census {
        var clients = 0
        var exchangesHTTP1 = 0
        /// Exchanges of HTTP/1's clients, and all, by the sets of their destinations.
        var askedHTTP1: [Handle: Int] = [:]
        var asked: [Handle: Int] = [:]
        var scheduled = 0
        var idle = 0
        var buffers = 0

        mutating func count(_ capacity: Int) { if capacity > 0 { buffers += 1 } }
    }

    private func countConnections(_ census: inout Census) -> String? {
        var index: UInt32 = 0
        let connections = worker.connections
        while let handle = connections.first(from: index) {
            index = handle.index + 1
            if connections[handle].isClient {
                census.clients += 1
                if worker.drain.isDraining, connections[handle].phase == .multiplexed,
                    !connections[handle].isRetiring
                {
                    return "a client of HTTP/2 is not told that the worker is to end"
                }
                if connections[handle].isCounted,
                    worker.sources.count(connections[handle].remote) == 0
                {
                    return "a client's source is not counted"
                }
            }
            if connections[handle].scheduled != .max { census.scheduled += 1 }
            if connections[handle].phase == .idle { census.idle += 1 }
            census.count(connections[handle].input.capacity)
            census.count(connections[handle].output.capacity)
            if connections[handle].deadline < connections[handle].scheduled {
                return "a deadline of \(connections[handle].phase) has no timer"
            }
            if let fault = brokenBuffers(handle) ?? brokenTie(handle) { return fault }
        }
        return nil
    }

    private func brokenBuffers(_ handle: Handle) -> String? {
        let connections = worker.connections
        let phase = connections[handle].phase
        let watch = connections[handle].watch
        if watch == .nothing || connections[handle].isWriteBlocked && watch != .both {
            return "of a connection in \(phase) nobody tells what it waits for"
        }
        if connections[handle].input.isEmpty, connections[handle].input.capacity > 0 {
            return "a connection in \(phase) holds a buffer for nothing"
        }
        // What waits when the sink is full, and what one receive brings then.
        let most = 2 * Limits.receiveBytes + 2 * Limits.copyBytesMax
        if !connections[handle].isMultiplexed, connections[handle].output.count > most {
            return "\(connections[handle].output.count) bytes wait in one direction"
        }
        return nil
    }

    /// A connection and its exchange know each other.
    private func brokenTie(_ handle: Handle) -> String? {
        let connections = worker.connections
        let exchange = connections[handle].exchange
        if exchange.isNone { return nil }
        guard worker.exchanges.contains(exchange) else {
            return "a connection in \(connections[handle].phase) has an exchange that is over"
        }
        let other =
            connections[handle].isClient
            ? worker.exchanges[exchange].client : worker.exchanges[exchange].upstream
        return other == handle ? nil : "an exchange is another connection's"
    }

    private func countExchanges(_ census: inout Census) -> String? {
        var index: UInt32 = 0
        let exchanges = worker.exchanges
        while let handle = exchanges.first(from: index) {
            index = handle.index + 1
            census.count(exchanges[handle].requestHead.capacity)
            census.count(exchanges[handle].responseFields.capacity)
            census.count(exchanges[handle].texts.capacity)
            let client = exchanges[handle].client
            let isStream = !exchanges[handle].clientStream.isNone
            if !isStream { census.exchangesHTTP1 += 1 }
            if !exchanges[handle].destination.isNone {
                let set = exchanges[handle].destinationSet
                census.asked[set, default: 0] += 1
                if !isStream { census.askedHTTP1[set, default: 0] += 1 }
            }
            guard worker.connections.contains(client) else {
                if isStream { continue }
                return "an exchange has lost its client"
            }
            if !isStream, worker.connections[client].exchange != handle {
                return "an exchange's client has another one"
            }
        }
        return nil
    }

    private func countStreams(_ census: inout Census) {
        var index: UInt32 = 0
        let streams = worker.streams
        while let handle = streams.first(from: index) {
            index = handle.index + 1
            census.count(streams[handle].input.capacity)
            census.count(streams[handle].output.capacity)
            census.count(streams[handle].inputTrailers.capacity)
            census.count(streams[handle].outputTrailers.capacity)
        }
    }

    private func lostBuffers(_ census: Census) -> String? {
        var census = census
        census.count(worker.scratch.capacity)
        census.count(worker.staging.capacity)
        census.count(worker.sealedInput.capacity)
        census.count(worker.sealedOutput.capacity)
        census.count(worker.date.text.capacity)
        return worker.chunks.inUse == census.buffers
            ? nil : "\(worker.chunks.inUse) chunks are out, \(census.buffers) are held"
    }

    private func brokenPool(_ census: Census) -> String? {
        let connections = worker.connections
        var linked = 0
        for index in 0..<worker.destinations.count {
            guard let destination = worker.destinations.destination(at: index) else { continue }
            var connection = worker.destinations[destination].idle
            var length: UInt32 = 0
            while !connection.isNone {
                guard connections.contains(connection), connections[connection].phase == .idle
                else {
                    return "a pool holds a connection that is not idle"
                }
                if !connections[connection].exchange.isNone { return "an idle connection is asked" }
                length += 1
                connection = connections[connection].nextIdle
            }
            if length != worker.destinations[destination].idleCount {
                return "a pool's count is not its length"
            }
            linked += Int(length)
        }
        for (set, count) in census.asked {
            let state = worker.revisions[set]
            // Its number may be another set's now.
            guard state.generation > 0 else { continue }
            let http1 = census.askedHTTP1[set] ?? 0
            guard Int(state.outstanding) == count, Int(state.outstandingHTTP1) == http1 else {
                return "\(count) exchanges of a set, \(state.outstanding) are counted"
            }
        }
        return linked == worker.idleCount && census.idle == linked
            ? nil
            : "\(census.idle) idle connections, \(linked) in pools, \(worker.idleCount) counted"
    }

    /// For every prefix of a route's requests each revision's count is less than one off its share.
    private func brokenSplit() -> String? {
        // Where users stay they are counted, not shared out.
        for split in splits where ["plain.test", "many.test"].contains(split.host) {
            let counts = split.shares.map { worker.tally.draws.value($0.draws) }
            let sum = counts.reduce(0, +)
            for (share, count) in zip(split.shares, counts) {
                let exact = sum * UInt64(share.share)
                let whole = UInt64(Share.whole)
                if exact + whole <= count * whole || count * whole + whole <= exact {
                    return "\(share.revision) of \(split.host) has \(count) of \(sum) requests"
                }
            }
        }
        return nil
    }

    // MARK: At the end

    /// What is left although nobody needs it.
    func leftover() -> String? {
        let counts = [
            ("connections", worker.connections.count), ("timers", worker.wheel.count),
            ("idle connections", worker.idleCount), ("clients", worker.clientCount),
            ("sockets", kernel.socketCount - worker.listeners.count),
        ]
        for (name, count) in counts where count != 0 { return "\(count) \(name) are left" }
        return nil
    }

    /// What is left although no client is there.
    func leftoverOfClients() -> String? {
        let counts = [
            ("exchanges", worker.exchanges.count), ("streams", worker.streams.count),
            ("handshakes", worker.handshakeCount),
        ]
        for (name, count) in counts where count != 0 { return "\(count) \(name) are left" }
        if !worker.sources.isEmpty { return "a source is still counted" }
        if !worker.sourceStreams.isEmpty { return "a source's stream is still counted" }
        if !worker.sourceHandshakes.isEmpty { return "a source's handshake is still counted" }
        if !worker.revisions.isEmpty { return "an exchange is still counted for its set" }
        for index in 0..<worker.destinations.count {
            guard let destination = worker.destinations.destination(at: index) else { continue }
            let outstanding = worker.destinations[destination].outstanding
            if outstanding > 0 { return "\(outstanding) exchanges are left with a destination" }
        }
        return nil
    }
}
