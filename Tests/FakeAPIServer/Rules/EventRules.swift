/// Validation of core Events, with and without an event time.
enum EventRules {
    static func faults(_ object: JSONValue) -> [FieldFault] {
        let namespace = object["metadata"]["namespace"].text ?? ""
        let involved = object["involvedObject"]["namespace"].text ?? ""
        var faults: [FieldFault] = []
        func refuseNamespace() {
            faults.append(
                .invalid(
                    "involvedObject.namespace", .string(involved),
                    "does not match event.namespace"))
        }
        guard !object["eventTime"].isNull else {
            let isFitting = involved.isEmpty ? namespace == "default" : involved == namespace
            if !isFitting { refuseNamespace() }
            return faults
        }
        if involved.isEmpty && !["default", "kube-system"].contains(namespace) {
            refuseNamespace()
        }
        let controller = object["reportingComponent"].text ?? ""
        if controller.isEmpty { faults.append(.required("reportingController")) }
        if let why = Names.qualified(controller) {
            faults.append(.invalid("reportingController", .string(controller), why))
        }
        for (field, limit) in [("reportingInstance", 128), ("action", 128), ("reason", 128)] {
            let text = object[field].text ?? ""
            if text.isEmpty { faults.append(.required(field)) }
            if text.utf8.count > limit {
                faults.append(.invalid(field, "", "can have at most \(limit) characters"))
            }
        }
        if (object["message"].text ?? "").utf8.count > 1024 {
            faults.append(.invalid("message", "", "can have at most 1024 characters"))
        }
        return faults
    }
}
