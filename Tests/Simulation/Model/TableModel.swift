import Routing

/// A route table as the model has it: hosts, their shares, and where revisions are.
package struct TableModel: Equatable, Sendable {
    /// How a host keeps its users.
    package enum Sticky: Sendable { case no, user, cookie }

    /// One host's route.
    package struct Route: Equatable, Sendable {
        package var shares: [Share]
        package var sticky: Sticky
    }

    /// What of a host's requests a revision gets.
    package struct Share: Equatable, Sendable {
        package var revision: String
        /// Hundredths.
        package var percent: Int

        package init(_ revision: String, _ percent: Int) {
            self.revision = revision
            self.percent = percent
        }
    }

    package var routes: [String: Route] = [:]
    package var addresses: [String: [Address]] = [:]
    /// Revisions that are asked over HTTP/2.
    package var multiplexed: Set<String> = []

    package init() {}

    /// Whether a request for that host may come to an upstream there.
    package func allows(_ host: String, _ place: Place) -> Bool {
        guard let route = routes[host],
            route.shares.contains(where: { $0.revision == place.revision && $0.percent > 0 })
        else { return false }
        return addresses[place.revision]?.contains(place.address) == true
    }

    /// Whether one of the host's shares leads nowhere.
    package func hasEmptyShare(_ host: String) -> Bool {
        routes[host]?.shares.contains { $0.percent > 0 && addresses[$0.revision]?.isEmpty != false }
            ?? false
    }

    // MARK: As the table takes it

    package func source(_ host: String) -> RouteSource? {
        guard let route = routes[host] else { return nil }
        let splits = route.shares.map { share in
            SplitSource(
                share: UInt32(share.percent) * 10_000, revision: share.revision,
                destinations: Self.key(share.revision), edits: [])
        }
        let sticky: StickySource? =
            switch route.sticky {
            case .no: nil
            case .user: sticky(.header("x-user"), host, route)
            case .cookie: sticky(.cookie, host, route)
            }
        let path = PathSource(
            prefix: "/", conditions: [], rewriteHost: nil, edits: [], tag: "", splits: splits,
            sticky: sticky)
        return RouteSource(
            key: "sim/\(host)", namespace: "sim", name: host,
            hash: String(repeating: "0", count: 64),
            rules: [
                RuleSource(
                    hosts: [host], isExternal: true, redirectsToHTTPS: false, paths: [path])
            ])
    }

    private func sticky(_ key: StickySource.Key, _ host: String, _ route: Route) -> StickySource {
        StickySource(key: key, salt: "sim/\(host)", order: Array(route.shares.indices))
    }

    package func destination(_ revision: String) -> DestinationSource? {
        guard let addresses = addresses[revision] else { return nil }
        return DestinationSource(
            key: Self.key(revision),
            protocolToUpstream: multiplexed.contains(revision) ? .h2c : .http1,
            addresses: addresses.map { AddressSource(ip: $0.bytes, port: $0.port) })
    }

    static func key(_ revision: String) -> DestinationKey {
        DestinationKey(namespace: "sim", service: revision, port: "80")
    }
}
