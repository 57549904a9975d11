import Routing

/// Finds the addresses of a (namespace, service, port) (§6.5).
struct DestinationCompiler {
    private let key: DestinationKey

    /// A destination set, why it is empty, and whether anything loaded speaks of it at all.
    struct Found {
        var source: DestinationSource
        /// Empty when there are addresses.
        var reason: String
        var isKnown: Bool
        /// A name whose addresses these are, or would be.
        var name: String?
    }

    static func find(_ key: DestinationKey, _ lookup: inout Lookup) -> Found {
        DestinationCompiler(key: key).find(&lookup)
    }

    private func find(_ lookup: inout Lookup) -> Found {
        guard !key.port.isEmpty else { return empty("the revision is absent", isKnown: true) }
        let revision = revision(&lookup)
        if let addresses = revision?.addresses {
            return found(addresses, isH2C: revision?.isH2C == true, "the annotation is empty")
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
            return find(content, subsets ?? [])
        }
        guard let subsets else {
            return empty(
                revision == nil
                    ? "nothing loaded has its addresses" : "the revision has no addresses",
                isKnown: revision != nil)
        }
        return find(subsets, revision)
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

    /// By the Service's port: the slices' port of the same name, unnamed matches unnamed.
    private func find(
        _ service: CoreServiceContent, _ subsets: [AddressContent.Subset]
    ) -> Found {
        guard
            let port = service.ports.first(where: {
                String($0.number) == key.port || $0.name == key.port
            })
        else { return empty("the Service has no port \(key.port)", isKnown: true) }
        let (addresses, ports) = collect(subsets) { $0.first { $0.name == port.name } }
        let isH2C = port.isH2C || ports.contains(where: \.isH2C)
        return found(addresses, isH2C: isH2C, "no address is ready")
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
        var found = found(
            addresses, isH2C: port?.isH2C == true, "\(name) has no address")
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
    private func find(_ subsets: [AddressContent.Subset], _ revision: RevisionContent?) -> Found {
        let names =
            switch key.port {
            case "80": ["http", "http1"]
            case "81": ["http2", "h2c"]
            case "443": ["https"]
            default: [key.port]
            }
        let (addresses, ports) = collect(subsets) { ports in
            ports.first { names.contains($0.name) }
                ?? ports.first { String($0.number) == key.port }
                ?? (ports.count == 1 ? ports.first : nil)
        }
        let isH2C = ports.contains(where: \.isH2C) || revision?.isH2C == true
        return found(addresses, isH2C: isH2C, "no address is ready")
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

    private func found(_ addresses: [AddressSource], isH2C: Bool, _ reason: String) -> Found {
        Found(
            source: DestinationSource(
                key: key, protocolToUpstream: isH2C ? .h2c : .http1, addresses: addresses),
            reason: addresses.isEmpty ? reason : "", isKnown: true)
    }

    private func empty(_ reason: String, isKnown: Bool) -> Found {
        Found(
            source: DestinationSource(key: key, protocolToUpstream: .http1, addresses: []),
            reason: reason, isKnown: isKnown)
    }
}
