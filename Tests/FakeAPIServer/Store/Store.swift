import Synchronization

/// All objects with their history; every write gets the next revision of one counter.
final class Store: Sendable {
    let rules: ObjectRules
    private let keepsUnknownFields: Bool
    private let state: Mutex<State>

    /// What the lock guards.
    struct State {
        var revision = 1000
        var tables: [Resource: Table] = [:]
        /// Revisions went back once: a watch may be from one that is not there yet.
        var isRestored = false
        var historyLimit: Int
        /// Called after each change of a resource.
        var wakes: [Int: (resource: Resource, call: @Sendable () -> Void)] = [:]
        var nextWake = 0
    }

    init(rules: ObjectRules, keepsUnknownFields: Bool, historyLimit: Int) {
        self.rules = rules
        self.keepsUnknownFields = keepsUnknownFields
        state = Mutex(State(historyLimit: historyLimit))
    }

    /// The revision of the latest write.
    var revision: Int { state.withLock { $0.revision } }

    /// How many changes of each resource are remembered.
    var historyLimit: Int {
        get { state.withLock { $0.historyLimit } }
        set {
            state.withLock { state in
                state.historyLimit = newValue
                for resource in Resource.allCases {
                    state.tables[resource, default: Table()].trim(to: newValue)
                }
            }
        }
    }

    /// Forgets all history: what continues from before is too old.
    func compact() {
        state.withLock { state in
            for resource in Resource.allCases {
                state.tables[resource, default: Table()].forget(upTo: state.revision)
            }
        }
        wake(nil)
    }

    /// All that there is now.
    func copy() -> (revision: Int, tables: [Resource: Table]) {
        state.withLock { ($0.revision, $0.tables) }
    }

    /// Puts all back to what it was, revisions too.
    func restore(_ copy: (revision: Int, tables: [Resource: Table])) {
        state.withLock { state in
            (state.revision, state.tables) = (copy.revision, copy.tables)
            state.isRestored = true
        }
    }

    // MARK: Reading

    func get(_ resource: Resource, _ namespace: String?, _ name: String) -> StoredObject? {
        state.withLock {
            $0.tables[resource]?.object(StoredObject.key(namespace: namespace, name: name))
        }
    }

    /// All objects of a selection, and the revision that they show.
    func all(_ resource: Resource, _ selection: Selection) -> ListPage {
        state.withLock { state in
            let objects = state.tables[resource]?.objects ?? []
            return ListPage(
                objects: objects.filter(selection.matches), revision: state.revision)
        }
    }

    /// What the lists read: the objects at a revision; nil when it is forgotten.
    func objects(
        _ resource: Resource, at revision: Int?
    ) -> (objects: [StoredObject]?, current: Int) {
        state.withLock { state in
            let table = state.tables[resource] ?? Table()
            guard let revision else { return (table.objects, state.revision) }
            return (table.objects(at: revision), state.revision)
        }
    }

    /// The changes of a resource after a revision, nil when some are forgotten; how far back the
    /// memory goes; and the latest revision.
    func events(
        _ resource: Resource, after revision: Int, atMost count: Int
    ) -> (events: [StoredEvent]?, forgotten: Int, current: Int) {
        state.withLock { state in
            let table = state.tables[resource] ?? Table()
            if state.isRestored, revision > state.revision {
                return (nil, state.revision, state.revision)
            }
            return (
                table.events(after: revision, atMost: count).map(Array.init), table.forgotten,
                state.revision
            )
        }
    }

    // MARK: Being told

    /// Has `call` made after each change of a resource; the number ends it.
    func whenChanged(_ resource: Resource, _ call: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.nextWake += 1
            state.wakes[state.nextWake] = (resource, call)
            return state.nextWake
        }
    }

    func forget(wake: Int) {
        state.withLock { _ = $0.wakes.removeValue(forKey: wake) }
    }

    private func wake(_ resource: Resource?) {
        let calls = state.withLock { state in
            state.wakes.values.filter { resource == nil || $0.resource == resource }.map(\.call)
        }
        for call in calls { call() }
    }

    // MARK: Writing

    /// Makes an object.
    func create(
        _ resource: Resource, _ namespace: String?, _ object: JSONValue, by writer: Writer
    ) throws -> Written {
        try change(resource, writer) { state, rules in
            var object = object
            let unknown = try fit(resource, &object, writer)
            try rules.checkPlace(resource, namespace, nil, &object)
            if resource.isNamespaced, let namespace,
                state.tables[.namespaces]?.object(namespace) == nil
            {
                throw StatusFault.notFound(.namespaces, namespace)
            }
            let made = try rules.made(resource, object, by: writer, at: state.revision + 1)
            let key = StoredObject.key(namespace: namespace, name: made.name)
            if state.tables[resource]?.object(key) != nil {
                throw StatusFault.alreadyExists(resource, made.name)
            }
            if !writer.isDryRun { state.put(made) }
            return Written(object: made, isNew: true, unknown: unknown)
        }
    }

    /// Puts an object in the place of the one of that name.
    func update(
        _ resource: Resource, _ namespace: String?, _ name: String, _ object: JSONValue,
        by writer: Writer
    ) throws -> Written {
        let key = StoredObject.key(namespace: namespace, name: name)
        if resource.createsOnUpdate && writer.subresource.isEmpty,
            get(resource, namespace, name) == nil
        {
            var object = object
            try WriteRules(rules: rules).checkPlace(resource, namespace, name, &object)
            return try create(resource, namespace, object, by: writer)
        }
        return try change(resource, writer) { state, rules in
            var object = object
            let unknown = try fit(resource, &object, writer)
            try rules.checkPlace(resource, namespace, name, &object)
            guard let old = state.tables[resource]?.object(key) else {
                throw StatusFault.notFound(resource, name)
            }
            if (object["metadata"]["resourceVersion"].text ?? "").isEmpty {
                guard resource.isUpdatedUnconditionally else {
                    throw StatusFault.invalid(
                        resource, name,
                        [
                            .init(
                                .invalid, "metadata.resourceVersion", shown: "0x0",
                                "must be specified for an update")
                        ], byPlural: true)
                }
            }
            return try replace(old, with: object, unknown, &state, writer)
        }
    }

    /// Changes an object by a merge patch.
    func patch(
        _ resource: Resource, _ namespace: String?, _ name: String, _ patch: JSONValue,
        by writer: Writer
    ) throws -> Written {
        let key = StoredObject.key(namespace: namespace, name: name)
        return try change(resource, writer) { state, rules in
            guard let old = state.tables[resource]?.object(key) else {
                throw StatusFault.notFound(resource, name)
            }
            var object = old.value.merged(with: patch)
            let unknown = try fit(resource, &object, writer)
            try rules.checkPlace(resource, namespace, name, &object)
            return try replace(old, with: object, unknown, &state, writer)
        }
    }

    /// Deletes an object, or marks it while finalizers stand.
    func delete(
        _ resource: Resource, _ namespace: String?, _ name: String,
        preconditions: JSONValue = nil, by writer: Writer
    ) throws -> Written {
        let key = StoredObject.key(namespace: namespace, name: name)
        return try change(resource, writer) { state, rules in
            guard let old = state.tables[resource]?.object(key) else {
                throw StatusFault.notFound(resource, name)
            }
            try rules.check(preconditions, of: old)
            if old.value["metadata"]["finalizers"].items.isEmpty {
                return writer.isDryRun
                    ? Written(object: old, isGone: true) : state.remove(old)
            }
            guard old.value["metadata"]["deletionTimestamp"].isNull else {
                return Written(object: old)
            }
            let marked = rules.marked(old, at: state.revision + 1)
            if !writer.isDryRun { state.put(marked) }
            return Written(object: marked)
        }
    }

    private func replace(
        _ old: StoredObject, with object: JSONValue, _ unknown: [String], _ state: inout State,
        _ writer: Writer
    ) throws -> Written {
        let rules = WriteRules(rules: rules)
        let new = try rules.replaced(old, with: object, by: writer, at: state.revision + 1)
        guard let new else { return Written(object: old, unknown: unknown) }
        if writer.isDryRun { return Written(object: new, unknown: unknown) }
        let metadata = new.value["metadata"]
        if !metadata["deletionTimestamp"].isNull && metadata["finalizers"].items.isEmpty {
            // The last finalizer is gone, and so is the object.
            return state.remove(old, as: new)
        }
        state.put(new)
        return Written(object: new, unknown: unknown)
    }

    private func change(
        _ resource: Resource, _ writer: Writer,
        _ body: (inout State, WriteRules) throws -> Written
    ) throws -> Written {
        let result = state.withLock { state in
            Result { try body(&state, WriteRules(rules: rules)) }
        }
        let written = try result.get()
        let isCascade = resource == .namespaces && written.isGone
        if !writer.isDryRun { wake(isCascade ? nil : resource) }
        return written
    }

    /// Prunes and checks the fields by the kind's schema; gives what was dropped.
    private func fit(
        _ resource: Resource, _ object: inout JSONValue, _ writer: Writer
    ) throws -> [String] {
        var findings = Schema.Findings()
        let fitted = resource.schema.fit(object, at: "", &findings)
        let name = object["metadata"]["name"].text ?? ""
        let handling =
            "\(resource.kind) in version \"\(resource.version)\" cannot be handled as a "
            + "\(resource.kind)"
        if writer.isStrict && !findings.unknown.isEmpty {
            let list = findings.unknown.map { "unknown field \"\($0)\"" }
            throw StatusFault.badRequest(
                "\(handling): strict decoding error: \(list.joined(separator: ", "))")
        }
        if let first = findings.faults.first {
            if resource.isCustom { throw StatusFault.invalid(resource, name, findings.faults) }
            throw StatusFault.badRequest("\(handling): \(first.message)")
        }
        if !keepsUnknownFields { object = fitted }
        return findings.unknown
    }
}

extension Store.State {
    /// Puts an object in, at the next revision.
    mutating func put(_ object: StoredObject) {
        revision += 1
        tables[object.resource, default: Table()].put(object, limit: historyLimit)
    }

    /// Takes an object out, last seen in that form; a namespace goes with all that is in it.
    mutating func remove(_ object: StoredObject, as last: StoredObject? = nil) -> Written {
        if object.resource == .namespaces {
            for resource in Resource.allCases where resource.isNamespaced {
                for inside in tables[resource]?.objects ?? []
                where inside.namespace == object.name {
                    _ = remove(inside)
                }
            }
        }
        revision += 1
        tables[object.resource]?.remove(object, revision: revision, limit: historyLimit)
        return Written(object: (last ?? object).at(revision: revision), isGone: true)
    }
}
