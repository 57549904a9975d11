internal import Routing
internal import TLS

/// Finds the addresses of a (namespace, service, port), and how they are asked (§6.5).
struct DestinationCompiler {
    private let key: DestinationKey

    /// Port 443 of Services is theirs for TLS (§1.12).
    private static let httpsPort = "443"
    private static let httpsName = "https"

    /// A destination set, why it is empty, and whether anything loaded speaks of it at all.
    struct Found: Sendable {
        var source: DestinationSource
        /// Empty when there are addresses.
        var reason: String
        var isKnown: Bool
        /// A name whose addresses these are, or would be.
        var name: String?
        /// It is to be asked over TLS, and nobody vouches for it.
        var isUntrusted = false
        /// A Service of the cluster that no EndpointSlice speaks of.
        var isUnsliced = false
    }

    static func find(_ key: DestinationKey, _ lookup: inout Lookup) -> Found {
        DestinationCompiler(key: key).find(&lookup)
    }

    private func find(_ lookup: inout Lookup) -> Found {
        guard !key.port.isEmpty else { return empty("the revision is absent", isKnown: true) }
        let revision = revision(&lookup)
        if let revision, let addresses = revision.addresses {
            let isTLS = revision.isTLS ?? isTLS(key.port, named: "", &lookup)
            return found(
                addresses, isH2C: revision.isH2C, isTLS: isTLS, "the annotation is empty", &lookup)
        }
        if revision == nil,
            lookup.isPlaceholder(NamespacedName(namespace: key.namespace, name: key.service))
        {
            return innerHop
        }
        let subsets = subsets(&lookup)
        let service = lookup.object(.coreService, key.namespace, key.service)
        if case .coreService(let content)? = service?.content {
            if let name = content.externalName { return find(name: name, content, &lookup) }
            var found = find(content, subsets ?? [], revision, &lookup)
            found.isUnsliced = !hasSlice(&lookup)
            return found
        }
        guard let subsets else {
            return empty(
                revision == nil
                    ? "nothing loaded has its addresses" : "the revision has no addresses",
                isKnown: revision != nil)
        }
        return find(subsets, revision, &lookup)
    }

    private func revision(_ lookup: inout Lookup) -> RevisionContent? {
        let object = lookup.object(.revision, key.namespace, key.service)
        guard case .revision(let content)? = object?.content else { return nil }
        return content
    }

    /// Those of the EndpointSlices, or where there are none, of the Endpoints object, which
    /// slices mirror; nil when there is neither.
    private func subsets(_ lookup: inout Lookup) -> [AddressContent.Subset]? {
        let name = NamespacedName(namespace: key.namespace, name: key.service)
        let objects = lookup.addresses(of: name).sorted { $0.rank < $1.rank }
        let slices = objects.filter { $0.key.kind == .endpointSlice }
        let chosen = slices.isEmpty ? objects : slices
        guard !chosen.isEmpty else { return nil }
        return chosen.flatMap { object -> [AddressContent.Subset] in
            if case .addresses(let content) = object.content { content.subsets } else { [] }
        }
    }

    private func hasSlice(_ lookup: inout Lookup) -> Bool {
        lookup.addresses(of: NamespacedName(namespace: key.namespace, name: key.service))
            .contains { $0.key.kind == .endpointSlice }
    }

    /// By the Service's port: the slices' port of the same name, unnamed matches unnamed.
    private func find(
        _ service: CoreServiceContent, _ subsets: [AddressContent.Subset],
        _ revision: RevisionContent?, _ lookup: inout Lookup
    ) -> Found {
        guard
            let port = service.ports.first(where: {
                String($0.number) == key.port || $0.name == key.port
            })
        else { return empty("the Service has no port \(key.port)", isKnown: true) }
        let (addresses, ports) = collect(subsets) { $0.first { $0.name == port.name } }
        let isTLS = isTLS(String(port.number), named: port.name, &lookup)
        var isH2C = port.isH2C || ports.contains(where: \.isH2C)
        if isTLS {
            // One port serves both kinds of revisions; the others say which this one is.
            isH2C =
                isH2C || revision?.isH2C == true || service.ports.contains(where: \.isH2C)
                || Self.speaksH2C(subsets)
        }
        return found(addresses, isH2C: isH2C, isTLS: isTLS, "no address is ready", &lookup)
    }

    private static func speaksH2C(_ subsets: [AddressContent.Subset]) -> Bool {
        subsets.contains { $0.ports.contains(where: \.isH2C) }
    }

    /// Whether a port is asked over TLS.
    private func isTLS(_ port: String, named name: String, _ lookup: inout Lookup) -> Bool {
        guard port == Self.httpsPort || port == Self.httpsName || name == Self.httpsName,
            !key.isRewritten
        else { return false }
        lookup.dependsOnPlatform()
        return lookup.platform.network.isSystemInternalTLS
    }

    /// ExternalName: the name's addresses at the Service's own port (§6.5).
    private func find(
        name: String, _ service: CoreServiceContent, _ lookup: inout Lookup
    ) -> Found {
        if lookup.options.internalNames.contains(name) { return innerHop }
        let port = service.ports.first { String($0.number) == key.port || $0.name == key.port }
        // Such Services are often written without ports.
        let bare = service.ports.isEmpty ? UInt16(key.port) : nil
        guard let number = port?.number ?? bare, number > 0 else {
            return empty("the Service has no port \(key.port)", isKnown: true)
        }
        let literal = IPAddress.bytes(name).map { [$0] }
        guard let ips = literal ?? lookup.addresses(ofName: name) else {
            var found = empty("\(name) is being resolved", isKnown: true)
            found.name = name
            return found
        }
        var addresses: [AddressSource] = []
        for ip in ips {
            let address = AddressSource(ip: ip, port: number)
            if !addresses.contains(address) { addresses.append(address) }
        }
        let isTLS = isTLS(String(number), named: port?.name ?? "", &lookup)
        var found = found(
            addresses, isH2C: port?.isH2C == true, isTLS: isTLS, "\(name) has no address", &lookup)
        if literal == nil { found.name = name }
        return found
    }

    /// Our own internal listener, without a socket (§1.11).
    private var innerHop: Found {
        let source = DestinationSource(
            key: key, protocolToUpstream: .http1, addresses: [], isInnerHop: true)
        return Found(source: source, reason: "", isKnown: true)
    }

    /// Without the Service: Knative's port numbers have known names (§1.12).
    private func find(
        _ subsets: [AddressContent.Subset], _ revision: RevisionContent?, _ lookup: inout Lookup
    ) -> Found {
        let names =
            switch key.port {
            case "80": ["http", "http1"]
            case "81": ["http2", "h2c"]
            case Self.httpsPort: [Self.httpsName]
            default: [key.port]
            }
        let (addresses, ports) = collect(subsets) { ports in
            ports.first { names.contains($0.name) }
                ?? ports.first { String($0.number) == key.port }
                ?? (ports.count == 1 ? ports.first : nil)
        }
        let isNamed = ports.contains { $0.name == Self.httpsName }
        let isTLS = isTLS(key.port, named: isNamed ? Self.httpsName : "", &lookup)
        let isH2C =
            ports.contains(where: \.isH2C) || revision?.isH2C == true
            || isTLS && Self.speaksH2C(subsets)
        return found(addresses, isH2C: isH2C, isTLS: isTLS, "no address is ready", &lookup)
    }

    /// Each address once, in the order of the objects.
    private func collect(
        _ subsets: [AddressContent.Subset], _ choose: ([NamedPort]) -> NamedPort?
    ) -> ([AddressSource], Set<NamedPort>) {
        var addresses: [AddressSource] = []
        var seen: Set<AddressSource> = []
        var ports: Set<NamedPort> = []
        for subset in subsets {
            guard let port = choose(subset.ports) else { continue }
            ports.insert(port)
            for ip in subset.addresses {
                let address = AddressSource(ip: ip, port: port.number)
                if seen.insert(address).inserted { addresses.append(address) }
            }
        }
        return (addresses, ports)
    }

    /// `reason` is said where there are no addresses.
    ///
    /// What is to be asked over TLS is never asked otherwise: without a CA it has no address.
    private func found(
        _ addresses: [AddressSource], isH2C: Bool, isTLS: Bool, _ reason: String,
        _ lookup: inout Lookup
    ) -> Found {
        var source = DestinationSource(
            key: key, protocolToUpstream: isH2C ? .h2c : .http1, addresses: addresses)
        guard isTLS else {
            return Found(source: source, reason: addresses.isEmpty ? reason : "", isKnown: true)
        }
        guard let trust = lookup.trust() else {
            source.addresses = []
            return Found(
                source: source, reason: "no CA is loaded that vouches for it", isKnown: true,
                isUntrusted: true)
        }
        source.tls = UpstreamTLS(
            names: [
                KnownName.routingCertificateName, KnownName.userCertificatePrefix + key.namespace,
            ], trust: trust.number)
        return Found(source: source, reason: addresses.isEmpty ? reason : "", isKnown: true)
    }

    private func empty(_ reason: String, isKnown: Bool) -> Found {
        Found(
            source: DestinationSource(key: key, protocolToUpstream: .http1, addresses: []),
            reason: reason, isKnown: isKnown)
    }
}
