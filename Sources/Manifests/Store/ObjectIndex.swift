internal import Routing
internal import TLS

/// All valid objects by key, and the ways in which they are looked up.
struct ObjectIndex: Sendable {
    /// In force.
    private var inForce = KeyedTable<ManifestObject>()
    /// The candidates for a key in order of rank, where there are several: the first is in force.
    private var contested: [ObjectKey: [ManifestObject]] = [:]
    private var revisions = ShardedTable<NamespacedName, Set<ObjectKey>>()
    private var addresses = ShardedTable<NamespacedName, Set<ObjectKey>>()
    /// How many certificates have that name.
    private var certificateNames = ShardedTable<String, Int>()
    /// Secrets that hold certificates.
    private(set) var certificates: Set<ObjectKey> = []
    /// Secrets and ConfigMaps with CA certificates that vouch for upstreams.
    private var trusted: Set<ObjectKey> = []

    /// What is in force, with the others of its key, in no order.
    func forEach(_ body: (ManifestObject, _ others: ArraySlice<ManifestObject>) -> Void) {
        inForce.forEach { body($0, contested[$0.key]?.dropFirst() ?? []) }
    }

    /// The object in force.
    func object(_ key: ObjectKey) -> ManifestObject? { inForce[key] }

    /// The object in force, by its key's parts and hash.
    func object(
        _ kind: ObjectKind, _ namespace: String, _ name: String, hash: Int
    ) -> ManifestObject? {
        inForce.first(hash: hash) { object in
            let key = object.key
            return key.kind == kind && key.name == name && key.namespace == namespace
        }
    }

    /// The Revisions of a Configuration, in no order.
    func revisions(of configuration: NamespacedName) -> [ManifestObject] {
        (revisions[configuration] ?? []).compactMap(object)
    }

    /// The EndpointSlices and Endpoints of a Service, in no order.
    func addresses(of service: NamespacedName) -> [ManifestObject] {
        (addresses[service] ?? []).compactMap(object)
    }

    /// What vouches for upstreams, in a fixed order.
    var trust: [ManifestObject] {
        trusted.sorted { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) }
            .compactMap(object)
    }

    /// Whether a loaded certificate has that very name.
    func hasCertificate(named name: String) -> Bool { certificateNames[name] != nil }

    /// Replaces a file's objects; adds the topics that changed.
    ///
    /// Objects that are the same as before stay as they are.
    mutating func replace(
        _ old: [ManifestObject], by new: [ManifestObject], of file: String,
        _ topics: inout [Topic]
    ) {
        if old.isEmpty { return add(new, &topics) }
        var keys: Set<ObjectKey> = []
        var before: [ObjectKey: [ManifestObject]] = [:]
        var after: [ObjectKey: [ManifestObject]] = [:]
        for object in old { before[object.key, default: []].append(object) }
        for object in new { after[object.key, default: []].append(object) }
        for (key, objects) in before where !Self.areSame(objects, after[key] ?? []) {
            keys.insert(key)
        }
        for key in after.keys where before[key] == nil { keys.insert(key) }
        for key in keys {
            let winner = object(key)
            set(key, to: after[key] ?? [], of: file)
            note(key, before: winner, after: object(key), &topics)
        }
    }

    /// Nearly all are the first of their keys.
    private mutating func add(_ objects: [ManifestObject], _ topics: inout [Topic]) {
        var others: [ManifestObject] = []
        for object in objects {
            if inForce.setFirst(object) == nil {
                note(object.key, before: nil, after: object, &topics)
            } else {
                others.append(object)
            }
        }
        for (key, objects) in Dictionary(grouping: others, by: \.key) {
            guard let winner = object(key) else { continue }
            setCandidates(key, (contested[key] ?? [winner]) + objects)
            note(key, before: winner, after: object(key), &topics)
        }
    }

    private mutating func setCandidates(_ key: ObjectKey, _ candidates: [ManifestObject]) {
        let list = candidates.count > 1 ? candidates.sorted { $0.rank < $1.rank } : candidates
        if let first = list.first { inForce.set(first) } else { inForce.remove(key) }
        if list.count > 1 {
            contested[key] = list
        } else if !contested.isEmpty {
            contested[key] = nil
        }
    }

    private static func areSame(_ left: [ManifestObject], _ right: [ManifestObject]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
    }

    private mutating func set(
        _ key: ObjectKey, to objects: [ManifestObject], of file: String
    ) {
        var list = contested[key] ?? inForce[key].map { [$0] } ?? []
        list.removeAll { $0.place.file == file }
        setCandidates(key, list + objects)
    }

    /// One notice for each object whose place an older one takes, in a fixed order.
    var duplicates: [ObjectFault] {
        contested.values
            .sorted { ($0[0].rank, $0[0].key.name) < ($1[0].rank, $1[0].key.name) }
            .flatMap { list in list.dropFirst().map { duplicateFault($0, list[0]) } }
    }

    func duplicateFault(_ other: ManifestObject, _ winner: ManifestObject) -> ObjectFault {
        other.fault(
            field: "metadata.name", wrong: "is defined already at \(winner.place.text)",
            right: "remove one of the two")
    }

    /// Keeps the lookups in step with the object in force.
    private mutating func note(
        _ key: ObjectKey, before: ManifestObject?, after: ManifestObject?,
        _ topics: inout [Topic]
    ) {
        topics.append(.object(key))
        switch key.kind {
        case .revision:
            for object in [before, after] {
                guard let name = object?.configuration else { continue }
                let isMember = after?.configuration == name
                revisions.setMembership(of: key, in: name, to: isMember)
                topics.append(.revisions(name))
            }
        case .endpoints, .endpointSlice:
            for name in [before, after].compactMap({ $0?.addressedService }) {
                addresses.setMembership(of: key, in: name, to: after?.addressedService == name)
                topics.append(.addresses(name))
            }
        case .secret:
            topics += noteNames(of: before, -1)
            topics += noteNames(of: after, 1)
            if after?.certificateNames.isEmpty == false {
                certificates.insert(key)
            } else {
                certificates.remove(key)
            }
        case .configMap:
            if [before, after].contains(where: { $0?.isPlatform == true }) {
                topics.append(.platform)
            }
        default: break
        }
        if before?.trust != nil || after?.trust != nil { topics.append(.trust) }
        if after?.trust != nil {
            trusted.insert(key)
        } else if !trusted.isEmpty {
            trusted.remove(key)
        }
    }

    private mutating func noteNames(of secret: ManifestObject?, _ change: Int) -> [Topic] {
        (secret?.certificateNames ?? []).map { name in
            certificateNames.add(change, to: name)
            return .certificate(name)
        }
    }
}

extension ManifestObject {
    /// The Configuration that a Revision's label names.
    fileprivate var configuration: NamespacedName? {
        meta.labels[KnownName.configurationLabel].map {
            NamespacedName(namespace: key.namespace, name: $0)
        }
    }

    /// Of the certificate in a Secret.
    fileprivate var certificateNames: [String] {
        guard case .secret(let secret) = content else { return [] }
        return secret.certificate?.names ?? []
    }

    fileprivate var isPlatform: Bool {
        if case .platform = content { true } else { false }
    }

    fileprivate var addressedService: NamespacedName? {
        guard case .addresses(let content) = content else { return nil }
        return NamespacedName(namespace: key.namespace, name: content.service)
    }
}

extension ShardedTable where Key == NamespacedName, Value == Set<ObjectKey> {
    fileprivate mutating func setMembership(
        of key: ObjectKey, in name: NamespacedName, to isMember: Bool
    ) {
        if isMember {
            self[name].add(key)
        } else {
            self[name]?.remove(key)
            if self[name]?.isEmpty == true { self[name] = nil }
        }
    }
}

extension Optional<Set<ObjectKey>> {
    fileprivate mutating func add(_ key: ObjectKey) {
        if self == nil { self = [] }
        self?.insert(key)
    }
}
