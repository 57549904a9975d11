/// The parts of an object's metadata that are used.
struct ObjectMeta: Hashable, Sendable {
    var name = ""
    /// `default` where the manifest says none.
    var namespace = "default"
    var labels: [String: String] = [:]
    var annotations: [String: String] = [:]
    /// Seconds since 1970; nil where absent or unreadable: as if created just now.
    var created: Int64?
    /// Counts the versions of an object's specification; 0 where nobody counts.
    var generation: Int64 = 0
    /// The cluster's own name for it; empty outside of one.
    var uid = ""
    var owners: [Owner] = []
    /// Where the fields stand that compiling may find wrong, by their paths.
    var lines: [String: Int] = [:]

    struct Owner: Hashable, Sendable {
        var kind: String
        var name: String
    }

    init() {}

    init(_ cursor: Cursor, _ flaws: inout Flaws) {
        name = cursor["name"].text(&flaws)
        if name.isEmpty {
            flaws.refuse(cursor["name"], "missing field(s)", right: "give the object a name")
        }
        let given = cursor["namespace"].text(&flaws)
        if !given.isEmpty { namespace = given }
        for field in ["name", "namespace"] {
            // Kubernetes' rule for path segments; here both become parts of keys.
            let text = field == "name" ? name : namespace
            if text == "." || text == ".." || text.contains("/") || text.contains("%") {
                flaws.refuse(
                    cursor[field], "invalid value: \(text)", right: "write no '/' and no '%'")
            }
        }
        labels = cursor["labels"].textMap(&flaws)
        annotations = cursor["annotations"].textMap(&flaws)
        lines = ["metadata.name": cursor["name"].line]
        for name in [KnownName.httpOption, KnownName.httpProtocol, KnownName.clientCA]
        where annotations[name] != nil {
            lines["metadata.annotations.\(name)"] = cursor["annotations"][name].line
        }
        created = Timestamp.seconds(cursor["creationTimestamp"].text(&flaws))
        // Facts for whoever writes status: what is odd about them refuses nothing.
        var ignored = Flaws()
        generation = cursor["generation"].integer(&ignored) ?? 0
        uid = cursor["uid"].text(&ignored)
        owners = cursor["ownerReferences"].items(&flaws).map { owner in
            Owner(kind: owner["kind"].text(&flaws), name: owner["name"].text(&flaws))
        }
    }
}
