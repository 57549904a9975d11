internal import Routing

/// A destination set that programs name: what was found of it, and how many name it.
struct DestinationEntry: Keyed {
    let key: DestinationKey
    private(set) var addresses: [AddressSource] = []
    private(set) var useCount: UInt32 = 0
    private var protocolToUpstream = UpstreamProtocol.http1
    private var isInnerHop = false
    private var more = Apart<More>.none
    /// What it was found by; nil until it is.
    private(set) var topics: TopicMarks?

    /// What few sets have.
    private struct More: Equatable, Sendable {
        /// Uses by shares that are the last good ones.
        var keptCount: UInt32 = 0
        var tls: UpstreamTLS?
        /// Why there are no addresses; empty when there are.
        var reason = ""
        /// Whose addresses the set has, or would have.
        var name: String?
    }

    init(key: DestinationKey) { self.key = key }

    var reason: String { more.value?.reason ?? "" }
    var name: String? { more.value?.name }

    var tls: UpstreamTLS? {
        get { more.value?.tls }
        set { change { $0.tls = newValue } }
    }

    var source: DestinationSource {
        DestinationSource(
            key: key, protocolToUpstream: protocolToUpstream, tls: tls, addresses: addresses,
            isInnerHop: isInnerHop)
    }

    private mutating func change(_ body: (inout More) -> Void) {
        var more = more.value ?? More()
        body(&more)
        self.more = Apart(more == More() ? nil : more)
    }

    mutating func use(isKept: Bool) {
        useCount += 1
        if isKept { change { $0.keptCount += 1 } }
    }

    mutating func endUse(isKept: Bool) {
        useCount -= 1
        if isKept { change { $0.keptCount -= 1 } }
    }

    /// Nothing loaded speaks of the set any more, and a share is the last good one.
    func keeps(_ found: DestinationCompiler.Found) -> Bool {
        !found.isKnown && !addresses.isEmpty && more.value?.keptCount ?? 0 > 0
    }

    mutating func take(_ found: DestinationCompiler.Found, _ topics: TopicMarks) {
        self.topics = topics
        let isKept = keeps(found)
        if !isKept {
            protocolToUpstream = found.source.protocolToUpstream
            isInnerHop = found.source.isInnerHop
            addresses = found.source.addresses
        }
        change { more in
            more.name = found.name
            if isKept { return }
            more.tls = found.source.tls
            more.reason = found.reason
        }
    }
}
