import Bytes
import HTTP
import Reactor
import Routing
import TLS
import Telemetry

extension SocketAddress {
    init(_ destination: Destination) {
        self.init()
        high = destination.high
        low = destination.low
        isIPv6 = destination.isIPv6
        port = destination.port
    }
}

/// `Reach`: a connection to a destination of the decided set, pooled or dialled.
extension Worker {
    /// The destination to ask: the one with fewer exchanges under way of two drawn ones.
    ///
    /// Destinations that refuse connections are left aside until their back-off ends; when all
    /// are, the one whose back-off ends first is tried. `avoided` is taken only when it is alone.
    mutating func pick(_ set: DestinationSetView, avoiding avoided: Handle) -> Destination {
        let count = set.count
        precondition(count > 0)
        if count == 1 { return set[0] }
        let first = Int(entropy.next(below: UInt64(count)))
        var second = Int(entropy.next(below: UInt64(count - 1)))
        if second >= first { second += 1 }
        let one = set[first]
        let other = set[second]
        let isOneOpen = isOpen(one.id, avoided)
        let isOtherOpen = isOpen(other.id, avoided)
        if isOneOpen && isOtherOpen {
            let isLess = destinations[other.id].outstanding < destinations[one.id].outstanding
            return isLess ? other : one
        }
        if isOneOpen { return one }
        if isOtherOpen { return other }
        return pickAmongAll(set, avoiding: avoided)
    }

    private mutating func isOpen(_ destination: Handle, _ avoided: Handle) -> Bool {
        destination != avoided && destinations[destination].retryAt <= now
    }

    /// The slow way, when both drawn ones are left aside.
    private mutating func pickAmongAll(
        _ set: DestinationSetView, avoiding avoided: Handle
    ) -> Destination {
        var best = set[0]
        var bestAt = UInt64.max
        for index in 0..<set.count {
            let candidate = set[index]
            if candidate.id == avoided { continue }
            let openAt = destinations[candidate.id].retryAt
            if openAt < bestAt {
                best = candidate
                bestAt = openAt
            }
        }
        return best
    }

    /// Gives the exchange a connection to the destination, one of `set`: a pooled one, or a new one that
    /// is being dialled; none without room for that.
    ///
    /// A re-send takes a new one, since all pooled ones may be dead.
    mutating func reach(
        _ exchange: Handle, _ destination: Destination, of set: DestinationSetView, fresh: Bool
    ) {
        exchanges[exchange].destination = destination.id
        let isHTTP1 = exchanges[exchange].clientStream.isNone
        destinations[destination.id].outstanding += 1
        exchanges[exchange].destinationSet = set.id
        revisions.begin(set.id, isHTTP1: isHTTP1)
        exchanges[exchange].upstreamAddress = SocketAddress(destination)
        exchanges[exchange].reachedAt = now
        exchanges[exchange].connectedAt = 0
        lacksRoom = !mayHold(set, isHTTP1: isHTTP1)
        if lacksRoom { return }
        if case .h2c = destination.protocolToUpstream, !exchanges[exchange].avoidsHTTP2,
            !destinations[destination.id].speaksHTTP1
        {
            return reachMultiplexed(exchange, destination, of: set)
        }
        let pooled = fresh ? Handle.none : takeIdle(destination.id)
        if !pooled.isNone {
            connections[pooled].exchange = exchange
            exchanges[exchange].upstream = pooled
            exchanges[exchange].connectedAt = now
            return
        }
        let dialled = dial(destination, of: set, for: exchange)
        guard !dialled.isNone else { return }
        connections[dialled].exchange = exchange
        exchanges[exchange].upstream = dialled
    }

    /// Starts a connect, for one exchange or to be shared; none when it cannot even start.
    ///
    /// With TLS that is when nobody vouches for upstreams too: what is to be encrypted never goes plain.
    mutating func dial(
        _ destination: Destination, of set: DestinationSetView, for exchange: Handle?
    ) -> Handle {
        let isMultiplexed = exchange == nil
        // Shared connections are few, whatever goes over them.
        var isAllowed = true
        if let exchange { isAllowed = mayDial(set, for: exchange) }
        if isAllowed, connections.isFull { _ = evict(.pooled) }
        lacksRoom = !isAllowed || connections.isFull
        if lacksRoom { return .none }
        var session = TLSSession.none
        if destination.isTLS {
            guard
                let made = upstreamContexts.connect(
                    names: destination.names.bytes, offering: isMultiplexed ? .http2OrHTTP1 : .http1
                )
            else { return .none }
            session = made
        }
        switch Socket.connect(to: SocketAddress(destination), options: settings.upstreamOptions) {
        case .started(let socket):
            let connection = connections.insert(
                Connection(
                    upstream: socket, to: SocketAddress(destination),
                    destination: destination.id))
            connections[connection].isMultiplexed = isMultiplexed
            connections[connection].isTLS = destination.isTLS
            connections[connection].tls = session
            setDeadline(connection, now + settings.connectTimeout)
            // Which says that it is there.
            if register(connection, awaitsRoom: true) { return connection }
            closeConnection(connection)
        case .refused:
            leaveAside(destination.id)
        case .exhausted:
            lacksRoom = true
        }
        return .none
    }

    /// Notes a failed connect: the destination rests for a time that doubles.
    mutating func leaveAside(_ destination: Handle) {
        guard isRemembered(destination) else { return }
        let failures = destinations[destination].failures
        let rest = min(Limits.backOffFirst << UInt64(min(failures, 8)), Limits.backOffMax)
        destinations[destination].failures = failures &+ 1
        destinations[destination].speaksHTTP1 = false
        destinations[destination].retryAt = now + rest
        tally.health.set(destination, now + rest)
    }

    /// Notes that the destination answers.
    mutating func connected(_ destination: Handle) {
        guard destinations.holds(destination) else { return }
        if destinations[destination].retryAt > 0 { tally.health.set(destination, 0) }
        destinations[destination].failures = 0
        destinations[destination].retryAt = 0
    }

    /// Whether what is seen of a destination counts: not when it has left the table.
    mutating func isRemembered(_ destination: Handle) -> Bool {
        destinations.holds(destination) && table.isCurrent(destination: destination)
    }

    /// Forgets what was seen of a destination that has left the table.
    mutating func forgetPast(_ destination: Handle) {
        connected(destination)
        destinations[destination].speaksHTTP1 = false
        destinations[destination].streamLimit = 0
    }

    /// Ends the exchange's claim on its destination.
    mutating func leaveDestination(_ exchange: Handle) {
        let destination = exchanges[exchange].destination
        if destination.isNone { return }
        if destinations.holds(destination) { destinations[destination].outstanding -= 1 }
        let isHTTP1 = exchanges[exchange].clientStream.isNone
        revisions.end(exchanges[exchange].destinationSet, isHTTP1: isHTTP1)
        exchanges[exchange].destination = .none
    }
}
