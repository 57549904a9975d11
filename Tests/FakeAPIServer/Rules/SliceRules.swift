/// Defaults and validation of EndpointSlices.
enum SliceRules {
    private static let kinds = ["IPv4", "IPv6", "FQDN"]
    private static let protocols = ["TCP", "UDP", "SCTP"]

    static func setDefaults(_ object: inout JSONValue) {
        for index in object["ports"].items.indices {
            var port = object["ports"][index]
            if port["name"].isNull { port["name"] = "" }
            if port["protocol"].isNull { port["protocol"] = "TCP" }
            object["ports"][index] = port
        }
    }

    static func faults(
        _ object: JSONValue, old: JSONValue?, allowsLoopback: Bool
    ) -> [FieldFault] {
        var faults: [FieldFault] = []
        let kind = object["addressType"].text ?? ""
        if kind.isEmpty {
            faults.append(.required("addressType"))
        } else if !kinds.contains(kind) {
            faults.append(.notSupported("addressType", .string(kind), kinds))
        }
        if let known = old?["addressType"], known != object["addressType"] {
            faults.append(.invalid("addressType", .string(kind), "field is immutable"))
        }
        let parts = object["endpoints"].items
        if parts.count > 1000 {
            faults.append(.tooMany("endpoints", parts.count, 1000))
        } else {
            for (index, part) in parts.enumerated() {
                faults += partFaults(part, "endpoints[\(index)]", kind, allowsLoopback)
            }
        }
        return faults + portFaults(object["ports"].items)
    }

    private static func partFaults(
        _ part: JSONValue, _ path: String, _ kind: String, _ allowsLoopback: Bool
    ) -> [FieldFault] {
        var faults: [FieldFault] = []
        let addresses = part["addresses"].items.map { $0.text ?? "" }
        if addresses.isEmpty {
            faults.append(.required("\(path).addresses", "must contain at least 1 address"))
        } else if addresses.count > 100 {
            faults.append(.tooMany("\(path).addresses", addresses.count, 100))
        }
        for (index, text) in addresses.enumerated() {
            let field = "\(path).addresses[\(index)]"
            switch kind {
            case "IPv4", "IPv6":
                if Address(text)?.isV4 != (kind == "IPv4") {
                    faults.append(
                        .invalid(field, .string(text), "must be a valid \(kind) address"))
                }
                faults += Address.faults(text, at: field, allowsLoopback: allowsLoopback)
            case "FQDN":
                if let why = Names.subdomain(text) {
                    faults.append(.invalid(field, .string(text), why))
                } else if !text.contains(".") {
                    faults.append(
                        .invalid(
                            field, .string(text),
                            "should be a domain with at least two segments separated by dots"))
                }
            default: break
            }
        }
        if let host = part["hostname"].text, let why = Names.label(host) {
            faults.append(.invalid("\(path).hostname", .string(host), why))
        }
        return faults
    }

    private static func portFaults(_ ports: [JSONValue]) -> [FieldFault] {
        if ports.count > 20_000 { return [.tooMany("ports", ports.count, 20_000)] }
        var faults: [FieldFault] = []
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = "ports[\(index)]"
            let name = port["name"].text ?? ""
            if !name.isEmpty, let why = Names.label(name) {
                faults.append(.invalid("\(path).name", .string(name), why))
            }
            if !names.insert(name).inserted {
                faults.append(FieldFault(.duplicate, "\(path).name", .string(name)))
            }
            if !protocols.contains(port["protocol"].text ?? "") {
                faults.append(.notSupported("\(path).protocol", port["protocol"], protocols))
            }
            if let text = port["appProtocol"].text, let why = Names.qualified(text) {
                faults.append(.invalid("\(path).appProtocol", .string(text), why))
            }
        }
        return faults
    }
}
