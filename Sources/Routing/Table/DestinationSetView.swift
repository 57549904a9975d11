package import Bytes

/// The destinations of one (namespace, service, port); valid during the worker's turn only.
package struct DestinationSetView: BitwiseCopyable, Sendable {
    let block: BlockView

    /// No destination.
    package static var empty: DestinationSetView { DestinationSetView(block: .empty) }

    package var count: Int {
        block.isEmpty ? 0 : Int(block.load32(at: Layout.DestinationSet.count))
    }

    package var isEmpty: Bool { count == 0 }

    /// Our own internal listener: decided again in process.
    var isInnerHop: Bool { !block.isEmpty && block[Layout.DestinationSet.isInnerHop] != 0 }

    /// There is somewhere to go: a destination, or a hop.
    var leadsOn: Bool {
        !block.isEmpty
            && (block.load32(at: Layout.DestinationSet.count) != 0
                || block[Layout.DestinationSet.isInnerHop] != 0)
    }

    /// The set's identity over all snapshots; none when the set is unknown.
    package var id: Handle {
        block.isEmpty ? .none : block.handle(at: Layout.DestinationSet.id)
    }

    package subscript(index: Int) -> Destination {
        precondition(index >= 0 && index < count)
        let offset = Layout.DestinationSet.destinations + index * Layout.Destination.size
        let spoken = block[Layout.DestinationSet.upstreamProtocol]
        return Destination(
            id: block.handle(at: offset + Layout.Destination.id),
            protocolToUpstream: spoken == UpstreamProtocol.h2c.rawValue ? .h2c : .http1,
            isTLS: block[Layout.DestinationSet.isTLS] != 0,
            names: block.text(at: Layout.DestinationSet.names),
            high: UInt64(bigEndian: block.load64(at: offset + Layout.Destination.address)),
            low: UInt64(bigEndian: block.load64(at: offset + Layout.Destination.address + 8)),
            isIPv6: block[offset + Layout.Destination.addressCount] == 16,
            port: block.load16(at: offset + Layout.Destination.port))
    }

    /// The identity of one destination, for the pick.
    package func id(at index: Int) -> Handle {
        precondition(index >= 0 && index < count)
        return block.handle(
            at: Layout.DestinationSet.destinations + index * Layout.Destination.size
                + Layout.Destination.id)
    }
}
