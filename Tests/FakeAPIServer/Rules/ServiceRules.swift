import Synchronization

/// Defaults and validation of Services.
enum ServiceRules {
    private static let allocated = Atomic(0)

    static func setDefaults(_ object: inout JSONValue, old: JSONValue?) {
        var spec = object["spec"]
        let type = spec["type"].text ?? "ClusterIP"
        spec["type"] = .string(type)
        if spec["sessionAffinity"].isNull { spec["sessionAffinity"] = "None" }
        for index in spec["ports"].items.indices {
            var port = spec["ports"][index]
            if port["protocol"].isNull { port["protocol"] = "TCP" }
            if port["targetPort"].isNull { port["targetPort"] = port["port"] }
            if type != "ClusterIP" && type != "ExternalName" && port["nodePort"].isNull {
                let known = old?["spec"]["ports"][index]["nodePort"] ?? nil
                port["nodePort"] = known.isNull ? .integer(30000 + next() % 2768) : known
            }
            spec["ports"][index] = port
        }
        if type != "ExternalName" { setAddress(&spec, old: old) }
        if type == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"].isNull {
            spec["allocateLoadBalancerNodePorts"] = true
        }
        if (type == "LoadBalancer" || type == "NodePort") && spec["externalTrafficPolicy"].isNull {
            spec["externalTrafficPolicy"] = "Cluster"
        }
        object["spec"] = spec
        if object["status"].isNull { object["status"] = ["loadBalancer": [:]] }
    }

    /// An address of the cluster's own range; what an update leaves out is kept.
    private static func setAddress(_ spec: inout JSONValue, old: JSONValue?) {
        if (spec["clusterIP"].text ?? "").isEmpty {
            let known = old?["spec"]["clusterIP"].text ?? ""
            let number = known.isEmpty ? next() : 0
            spec["clusterIP"] = .string(
                known.isEmpty ? "10.96.\(number / 250 % 256).\(number % 250 + 1)" : known)
        }
        if spec["clusterIPs"].isNull { spec["clusterIPs"] = [spec["clusterIP"]] }
        if spec["ipFamilies"].isNull { spec["ipFamilies"] = ["IPv4"] }
        if spec["ipFamilyPolicy"].isNull { spec["ipFamilyPolicy"] = "SingleStack" }
        if spec["internalTrafficPolicy"].isNull { spec["internalTrafficPolicy"] = "Cluster" }
    }

    private static func next() -> Int { allocated.add(1, ordering: .relaxed).newValue }

    static func faults(_ object: JSONValue, old: JSONValue?) -> [FieldFault] {
        let spec = object["spec"]
        var faults: [FieldFault] = []
        let type = spec["type"].text ?? ""
        let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
        if !types.contains(type) {
            faults.append(.notSupported("spec.type", spec["type"], types))
        }
        let ports = spec["ports"].items
        if ports.isEmpty && type != "ExternalName" && spec["clusterIP"].text != "None" {
            faults.append(.required("spec.ports"))
        }
        if type == "ExternalName" {
            let name = spec["externalName"].text ?? ""
            if name.isEmpty {
                faults.append(.required("spec.externalName"))
            } else if let why = Names.subdomain(name.hasSuffix(".") ? "\(name.dropLast())" : name) {
                faults.append(.invalid("spec.externalName", .string(name), why))
            }
            if !(spec["clusterIP"].text ?? "").isEmpty {
                faults.append(
                    .forbidden("spec.clusterIPs[0]", "may not be set for ExternalName services"))
            }
        } else if let known = old?["spec"]["clusterIP"].text, known != spec["clusterIP"].text {
            faults.append(
                .invalid("spec.clusterIPs[0]", spec["clusterIPs"], "may not change once set"))
        }
        for (key, value) in spec["selector"].texts.sorted(by: { $0.key < $1.key }) {
            if let why = Names.qualified(key) ?? Names.labelValue(value) {
                faults.append(.invalid("spec.selector", .string(key), why))
            }
        }
        return faults + portFaults(ports)
    }

    private static func portFaults(_ ports: [JSONValue]) -> [FieldFault] {
        var faults: [FieldFault] = []
        var names: Set<String> = []
        var numbers: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = "spec.ports[\(index)]"
            let name = port["name"].text ?? ""
            if name.isEmpty {
                if ports.count > 1 { faults.append(.required("\(path).name")) }
            } else if let why = Names.label(name) {
                faults.append(.invalid("\(path).name", .string(name), why))
            } else if !names.insert(name).inserted {
                faults.append(FieldFault(.duplicate, "\(path).name", .string(name)))
            }
            let number = port["port"].int ?? 0
            if let why = Names.port(number) {
                faults.append(.invalid("\(path).port", .integer(number), why))
            }
            let kind = port["protocol"].text ?? ""
            if !["TCP", "UDP", "SCTP"].contains(kind) {
                faults.append(
                    .notSupported("\(path).protocol", .string(kind), ["TCP", "UDP", "SCTP"]))
            }
            if !numbers.insert("\(kind)/\(number)").inserted {
                faults.append(
                    FieldFault(
                        .duplicate, path,
                        ["port": .integer(number), "protocol": .string(kind)]))
            }
            faults += targetFaults(port, path)
        }
        return faults
    }

    private static func targetFaults(_ port: JSONValue, _ path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        let target = port["targetPort"]
        let why = target.int.map(Names.port) ?? target.text.map(Names.portName) ?? nil
        if let why { faults.append(.invalid("\(path).targetPort", target, why)) }
        if let appProtocol = port["appProtocol"].text, let why = Names.qualified(appProtocol) {
            faults.append(.invalid("\(path).appProtocol", .string(appProtocol), why))
        }
        return faults
    }
}
