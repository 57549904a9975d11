/// The addresses of a Service, from an EndpointSlice or an Endpoints object.
struct AddressContent: Hashable, Sendable {
    var service: String
    var subsets: [Subset]

    /// Addresses that all have the same ports.
    struct Subset: Hashable, Sendable {
        var ports: [NamedPort]
        /// 4 or 16 bytes each; only those that are ready.
        var addresses: [[UInt8]]
    }

    /// discovery.k8s.io/v1: ready is nil or true; a name (FQDN) is no address.
    static func slice(
        _ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws
    ) -> AddressContent {
        let service = meta.labels[KnownName.sliceServiceLabel] ?? ""
        if service.isEmpty {
            flaws.refuse(
                root["metadata"]["labels"], "missing the label \(KnownName.sliceServiceLabel)",
                right: "label the slice with its Service's name")
        }
        let isNames = root["addressType"].text(&flaws) == "FQDN"
        if isNames {
            flaws.warn(
                root["addressType"], "names are not resolved", right: "write IPv4 or IPv6")
        }
        var subset = Subset(ports: ports(root["ports"], &flaws), addresses: [])
        for item in root["endpoints"].items(&flaws) {
            let isReady = item["conditions"]["ready"].flag(&flaws) ?? true
            for address in item["addresses"].items(&flaws) where isReady && !isNames {
                read(address, into: &subset, &flaws)
            }
        }
        return AddressContent(service: service, subsets: [subset])
    }

    /// core/v1 Endpoints: `notReadyAddresses` are not looked at.
    static func endpoints(
        _ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws
    ) -> AddressContent {
        let subsets = root["subsets"].items(&flaws).map { item in
            var subset = Subset(ports: ports(item["ports"], &flaws), addresses: [])
            for address in item["addresses"].items(&flaws) {
                read(address["ip"], into: &subset, &flaws)
            }
            return subset
        }
        return AddressContent(service: meta.name, subsets: subsets)
    }

    private static func ports(_ cursor: Cursor, _ flaws: inout Flaws) -> [NamedPort] {
        cursor.items(&flaws).compactMap { NamedPort($0, "port", &flaws) }
    }

    private static func read(_ cursor: Cursor, into subset: inout Subset, _ flaws: inout Flaws) {
        let text = cursor.text(&flaws)
        guard let bytes = IPAddress.bytes(text) else {
            flaws.refuse(cursor, "\"\(text)\" is no IP address", right: "write IPv4 or IPv6")
            return
        }
        subset.addresses.append(bytes)
    }
}
