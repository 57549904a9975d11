/// Defaults and validation of Endpoints.
enum EndpointsRules {
    static func setDefaults(_ object: inout JSONValue) {
        for subset in object["subsets"].items.indices {
            for port in object["subsets"][subset]["ports"].items.indices
            where object["subsets"][subset]["ports"][port]["protocol"].isNull {
                object["subsets"][subset]["ports"][port]["protocol"] = "TCP"
            }
        }
    }

    static func faults(_ object: JSONValue, allowsLoopback: Bool) -> [FieldFault] {
        var faults: [FieldFault] = []
        for (index, subset) in object["subsets"].items.enumerated() {
            let path = "subsets[\(index)]"
            if subset["addresses"].items.isEmpty && subset["notReadyAddresses"].items.isEmpty {
                faults.append(.required(path, "must specify `addresses` or `notReadyAddresses`"))
            }
            for list in ["addresses", "notReadyAddresses"] {
                for (place, address) in subset[list].items.enumerated() {
                    faults += Address.faults(
                        address["ip"].text ?? "", at: "\(path).\(list)[\(place)].ip",
                        allowsLoopback: allowsLoopback)
                }
            }
            faults += portFaults(subset["ports"].items, path)
        }
        return faults
    }

    private static func portFaults(_ ports: [JSONValue], _ path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        for (index, port) in ports.enumerated() {
            let field = "\(path).ports[\(index)]"
            let name = port["name"].text ?? ""
            if name.isEmpty {
                if ports.count > 1 { faults.append(.required("\(field).name")) }
            } else if let why = Names.label(name) {
                faults.append(.invalid("\(field).name", .string(name), why))
            }
            let number = port["port"].int ?? 0
            if let why = Names.port(number) {
                faults.append(.invalid("\(field).port", .integer(number), why))
            }
            if !["TCP", "UDP", "SCTP"].contains(port["protocol"].text ?? "") {
                faults.append(
                    .notSupported("\(field).protocol", port["protocol"], ["TCP", "UDP", "SCTP"]))
            }
        }
        return faults
    }
}
