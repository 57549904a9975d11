/// Validation of Leases; that times are MicroTimes is said by their schema.
enum LeaseRules {
    static func faults(_ object: JSONValue) -> [FieldFault] {
        let spec = object["spec"]
        var faults: [FieldFault] = []
        if let seconds = spec["leaseDurationSeconds"].int, seconds <= 0 {
            faults.append(
                .invalid(
                    "spec.leaseDurationSeconds", .integer(seconds), "must be greater than 0"))
        }
        if let count = spec["leaseTransitions"].int, count < 0 {
            faults.append(
                .invalid(
                    "spec.leaseTransitions", .integer(count),
                    "must be greater than or equal to 0"))
        }
        let strategy = spec["strategy"].text ?? ""
        if !strategy.isEmpty && !strategy.contains("/") && strategy != "OldestEmulationVersion" {
            faults.append(
                .notSupported("spec.strategy", .string(strategy), ["OldestEmulationVersion"]))
        }
        if strategy.isEmpty, let holder = spec["preferredHolder"].text, !holder.isEmpty {
            faults.append(
                .forbidden(
                    "spec.preferredHolder", "may only be specified if `strategy` is defined"))
        }
        return faults
    }
}
