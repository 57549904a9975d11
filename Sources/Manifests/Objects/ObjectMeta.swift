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
    /// Where the annotations stand that compiling may find wrong, by their paths.
    private var lines: [String: Int] = [:]
    private var nameLine: Int?

    struct Owner: Hashable, Sendable {
        var kind: String
        var name: String
    }

    init() {}

    /// Where a field stands that compiling found wrong; nil where that is not known.
    func line(of field: String) -> Int? {
        field == "metadata.name" ? nameLine : lines[field]
    }

    /// Forgets annotations that nobody reads any more.
    mutating func dropAnnotations(unless areRead: Bool) {
        if areRead { annotations[KnownName.lastApplied] = nil } else { annotations = [:] }
    }

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
            let isCut = text.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }
            if isCut || text == "." || text == ".." {
                flaws.refuse(
                    cursor[field], "invalid value: \(text)", right: "write no '/' and no '%'")
            }
        }
        labels = cursor["labels"].textMap(&flaws)
        annotations = cursor["annotations"].textMap(&flaws)
        nameLine = cursor["name"].line
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
