/// The parts of an object's metadata that are used.
struct ObjectMeta: Hashable, Sendable {
    /// The namespace is `default` where the manifest says none.
    let key: ObjectKey
    var labels: [String: String] = [:]
    /// Of kinds of which some are read later; else none.
    private(set) var annotations: [String: String] = [:]
    private var more = Apart<More>.none
    private let nameLine: UInt32

    /// What objects in a folder nearly never have.
    private struct More: Hashable, Sendable {
        var created: Int64?
        var isLeaving = false
        var status = StatusFacts()
        var owners: [Owner] = []
        /// Where the annotations stand that compiling may find wrong, by their paths.
        var lines: [String: Int] = [:]
    }

    /// For whoever writes status.
    struct StatusFacts: Hashable, Sendable {
        /// Counts the versions of an object's specification; 0 where nobody counts.
        var generation: Int64 = 0
        /// The cluster's own name for it; empty outside of one.
        var uid = ""

        init() {}

        /// What is odd about them refuses nothing.
        init(_ cursor: Cursor) {
            var ignored = Flaws()
            generation = cursor["generation"].integer(&ignored) ?? 0
            uid = cursor["uid"].text(&ignored)
        }
    }

    struct Owner: Hashable, Sendable {
        var kind: String
        var name: String
    }

    var name: String { key.name }
    var namespace: String { key.namespace }
    /// Seconds since 1970; nil where absent or unreadable: as if created just now.
    var created: Int64? { more.value?.created }
    /// Whether it is deleted, and waits for somebody's finalizer.
    var isLeaving: Bool { more.value?.isLeaving ?? false }
    var generation: Int64 { more.value?.status.generation ?? 0 }
    var uid: String { more.value?.status.uid ?? "" }
    var owners: [Owner] { more.value?.owners ?? [] }

    /// Where a field stands that compiling found wrong; nil where that is not known.
    func line(of field: String) -> Int? {
        field == "metadata.name" ? Int(nameLine) : more.value?.lines[field]
    }

    init(
        _ kind: ObjectKind, _ cursor: Cursor, _ options: ManifestOptions, _ flaws: inout Flaws
    ) {
        let nameField = cursor["name"]
        let name = nameField.text(&flaws)
        nameLine = UInt32(nameField.line)
        if name.isEmpty {
            flaws.refuse(nameField, "missing field(s)", right: "give the object a name")
        }
        let namespaceField = cursor["namespace"]
        let given = namespaceField.text(&flaws)
        let namespace = given.isEmpty ? "default" : given
        Self.check(name, nameField, &flaws)
        Self.check(namespace, namespaceField, &flaws)
        switch kind {
        case .clusterDomainClaim: key = ObjectKey(kind, "", name)
        case .configMap where !namespaceField.isPresent:
            key = ObjectKey(kind, options.systemNamespace, name)
        default: key = ObjectKey(kind, namespace, name)
        }
        labels = cursor["labels"].textMap(&flaws)
        var more = More()
        readAnnotations(cursor["annotations"], &more, &flaws)
        more.created = Timestamp.seconds(cursor["creationTimestamp"].text(&flaws))
        more.isLeaving = !cursor["deletionTimestamp"].text(&flaws).isEmpty
        more.status = StatusFacts(cursor)
        more.owners = cursor["ownerReferences"].items(&flaws).map { owner in
            Owner(kind: owner["kind"].text(&flaws), name: owner["name"].text(&flaws))
        }
        if more != More() { self.more = .one(more) }
    }

    /// Those of other kinds are read with the object's content, and not kept.
    private mutating func readAnnotations(
        _ cursor: Cursor, _ more: inout More, _ flaws: inout Flaws
    ) {
        guard key.kind.hasChoices else { return cursor.refuseOtherThanTexts(&flaws) }
        annotations = cursor.textMap(&flaws)
        if annotations.isEmpty { return }
        annotations[KnownName.lastApplied] = nil
        for name in [KnownName.httpOption, KnownName.httpProtocol, KnownName.clientCA]
        where annotations[name] != nil {
            more.lines["metadata.annotations.\(name)"] = cursor[name].line
        }
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
