/// The parts of an object's metadata that are used.
struct ObjectMeta: Hashable, Sendable {
    var name = ""
    /// `default` where the manifest says none.
    var namespace = "default"
    var labels: [String: String] = [:]
    var annotations: [String: String] = [:]
    private var more = Apart<More>.none
    /// 0 where that is not known.
    private var nameLine = 0

    /// What objects in a folder nearly never have.
    private struct More: Hashable, Sendable {
        var created: Int64?
        var generation: Int64 = 0
        var uid = ""
        var owners: [Owner] = []
        /// Where the annotations stand that compiling may find wrong, by their paths.
        var lines: [String: Int] = [:]
    }

    /// Seconds since 1970; nil where absent or unreadable: as if created just now.
    var created: Int64? { more.value?.created }
    /// Counts the versions of an object's specification; 0 where nobody counts.
    var generation: Int64 { more.value?.generation ?? 0 }
    /// The cluster's own name for it; empty outside of one.
    var uid: String { more.value?.uid ?? "" }
    var owners: [Owner] { more.value?.owners ?? [] }

    struct Owner: Hashable, Sendable {
        var kind: String
        var name: String
    }

    init() {}

    /// Where a field stands that compiling found wrong; nil where that is not known.
    func line(of field: String) -> Int? {
        field == "metadata.name"
            ? nameLine == 0 ? nil : nameLine : more.value?.lines[field]
    }

    /// Forgets annotations that nobody reads any more.
    mutating func dropAnnotations(unless areRead: Bool) {
        if areRead { annotations[KnownName.lastApplied] = nil } else { annotations = [:] }
    }

    init(_ cursor: Cursor, _ flaws: inout Flaws) {
        let nameField = cursor["name"]
        name = nameField.text(&flaws)
        nameLine = nameField.line
        if name.isEmpty {
            flaws.refuse(nameField, "missing field(s)", right: "give the object a name")
        }
        let namespaceField = cursor["namespace"]
        let given = namespaceField.text(&flaws)
        if !given.isEmpty { namespace = given }
        Self.check(name, nameField, &flaws)
        Self.check(namespace, namespaceField, &flaws)
        labels = cursor["labels"].textMap(&flaws)
        let annotationsField = cursor["annotations"]
        annotations = annotationsField.textMap(&flaws)
        var more = More()
        if !annotations.isEmpty {
            for name in [KnownName.httpOption, KnownName.httpProtocol, KnownName.clientCA]
            where annotations[name] != nil {
                more.lines["metadata.annotations.\(name)"] = annotationsField[name].line
            }
        }
        more.created = Timestamp.seconds(cursor["creationTimestamp"].text(&flaws))
        // Facts for whoever writes status: what is odd about them refuses nothing.
        var ignored = Flaws()
        more.generation = cursor["generation"].integer(&ignored) ?? 0
        more.uid = cursor["uid"].text(&ignored)
        more.owners = cursor["ownerReferences"].items(&flaws).map { owner in
            Owner(kind: owner["kind"].text(&flaws), name: owner["name"].text(&flaws))
        }
        if more != More() { self.more = .one(more) }
    }

    /// Kubernetes' rule for path segments; here both become parts of keys.
    private static func check(_ text: String, _ cursor: Cursor, _ flaws: inout Flaws) {
        let bytes = text.utf8.span
        var isCut = false
        for index in bytes.indices
        where bytes[index] == UInt8(ascii: "/") || bytes[index] == UInt8(ascii: "%") {
            isCut = true
        }
        if isCut || text == "." || text == ".." {
            flaws.refuse(
                cursor, "invalid value: \(text)", right: "write no '/' and no '%'")
        }
    }
}
