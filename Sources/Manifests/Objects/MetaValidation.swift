/// §1.3 for the metadata of Routes and Services.
enum MetaValidation {
    static func checkRoute(_ meta: ObjectMeta, _ cursor: Cursor, _ flaws: inout Flaws) {
        if !meta.name.isEmpty {
            let faults = DNSName.label1035Faults(meta.name)
            if !faults.isEmpty {
                flaws.refuse(
                    cursor["name"], "not a DNS 1035 label: [\(faults.joined(separator: " "))]",
                    right: "write a name like my-name")
            }
        }
        if meta.annotations.isEmpty { return }
        let annotations = cursor["annotations"]
        for name in [KnownName.rolloutDuration, KnownName.rolloutDurationAlias] {
            if let value = meta.annotations[name] {
                checkDuration(value, annotations[name], &flaws)
                break
            }
        }
        // Each is looked for among all: only those that are wrong, and no more than are told.
        let wrong = meta.annotations.keys.filter { advice(against: $0) != nil }
        for name in wrong.sorted() {
            flaws.refuse(
                Flaw(
                    line: annotations[name].line, field: annotations.path,
                    wrong: "invalid key name \"\(name)\"", right: advice(against: name) ?? ""))
        }
    }

    /// What to do with an annotation of that name; nil where it may stand.
    private static func advice(against name: String) -> String? {
        if name.hasPrefix("networking.knative.dev"),
            !KnownName.networkingAnnotations.contains(name)
        {
            return "leave the annotation out"
        }
        if name.hasPrefix("autoscaling.knative.dev") {
            return "autoscaling annotations must be put under "
                + "\"spec.template.metadata.annotations\" to work"
        }
        return nil
    }

    private static func checkDuration(_ value: String, _ cursor: Cursor, _ flaws: inout Flaws) {
        let right = "write whole seconds like 380s"
        guard let nanoseconds = GoDuration.nanoseconds(value) else {
            flaws.refuse(cursor, "invalid value: \(value)", right: right)
            return
        }
        if nanoseconds % 1_000_000_000 != 0 {
            flaws.refuse(
                cursor, "rollout-duration=\(value) is not at second precision", right: right)
        } else if nanoseconds < 0 {
            flaws.refuse(cursor, "rollout-duration=\(value) must be positive", right: right)
        }
    }
}
