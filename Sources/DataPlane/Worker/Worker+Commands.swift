import Bytes
import HTTP
import Reactor
import Routing
import TLS
import Telemetry

/// What comes from the control plane.
extension Worker {
    mutating func obeyCommands() {
        for command in group.mailbox.takeAll() {
            switch command {
            case .lookAtSnapshot:
                adoptNewestSnapshot()
            case .listen(let descriptor, let address, let kind, let isTLS, let index):
                listen(
                    ListeningSocket(adopting: descriptor, address: address), kind, isTLS: isTLS,
                    index)
            case .drain(let delay, let time):
                startDrain(delay: delay, time: time)
            case .shed(let wanted):
                shedding = wanted
                if wanted > .nothing { giveBackMemory() }
            case .cut:
                isFinished = true
            }
        }
    }

    /// Takes the newest table, between two turns.
    ///
    /// From here on no pointer into the older one is used: exchanges keep ids only.
    mutating func adoptNewestSnapshot() {
        guard group.newest.version != table.version else { return }
        let newest = group.newest.load()
        let certificates = newest.certificates
        table = RouteTable(newest.snapshot)
        contexts.adopt(certificates)
        upstreamContexts.adopt(certificates)
        asksForClientCertificates = certificates.hasPolicies
        self.certificates = certificates
        adopt(newest.policy)
        closeConnectionsToRemovedDestinations()
        tally.served(version: table.version)
    }

    private mutating func giveBackMemory() {
        chunks.giveBackMemory()
        connections.giveBackMemory()
        exchanges.giveBackMemory()
        workspace.giveBackMemory()
    }

    private mutating func adopt(_ newest: TrafficPolicy) {
        if newest == policy { return }
        if newest.tlsCiphers != policy.tlsCiphers { contexts.adopt(ciphers: newest.tlsCiphers) }
        policy = newest
        planIdleSweep()
        distrust()
    }

    /// Believes nobody any longer whom the policy does not trust now, on open connections too.
    private mutating func distrust() {
        var index: UInt32 = 0
        while let connection = connections.first(from: index) {
            index = connection.index + 1
            guard connections[connection].isClient, connections[connection].isTrusted else {
                continue
            }
            let remote = connections[connection].remote
            let isExternal = connections[connection].isExternal
            connections[connection].isTrusted = isTrusted(remote, isExternal: isExternal)
        }
    }
}
