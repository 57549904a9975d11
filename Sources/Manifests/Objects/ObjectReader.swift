/// One file's trees to objects: lists unrolled, kinds told apart, each object judged alone.
struct ObjectReader {
    private let file: String
    private let options: ManifestOptions
    private var reading = FileReading()
    private var position = 0
    /// What was met in this file.
    private var kinds: [(name: String, version: String, kind: ObjectKind)] = []

    /// LIMIT: nesting of `kind: List`.
    private static let listDepthLimit = 3

    static func read(
        _ documents: [Result<Tree, Flaw>], file: String, options: ManifestOptions
    ) -> FileReading {
        var reader = ObjectReader(file: file, options: options)
        for document in documents {
            switch document {
            case .success(let tree): reader.read(tree, depth: 0)
            case .failure(let flaw): reader.refuse(flaw)
            }
        }
        return reader.reading
    }

    private init(file: String, options: ManifestOptions) {
        self.file = file
        self.options = options
    }

    private mutating func read(_ tree: Tree, depth: Int) {
        let root = Cursor(root: tree)
        var flaws = Flaws()
        guard tree.isMap else {
            flaws.refuse(
                root, "a document must be a map, is \(tree.kindName)",
                right: "write apiVersion, kind, metadata and spec")
            refuse(root, key: nil, name: "", namespace: "", kind: "", flaws)
            return
        }
        let versionField = root["apiVersion"]
        let kindField = root["kind"]
        let known = kinds.first { kindField.isText($0.name) && versionField.isText($0.version) }
        if let known { return readObject(known.kind, version: known.version, root) }
        let version = versionField.text(&flaws)
        let kind = kindField.text(&flaws)
        for field in ["apiVersion", "kind"] where !root[field].isPresent {
            flaws.refuse(root[field], "missing field(s)", right: "write \(field)")
        }
        guard flaws.errors.isEmpty else {
            refuse(root, key: nil, name: "", namespace: "", kind: kind, flaws)
            return
        }
        if let list = Self.list(kind, version) {
            return readItems(of: root, list, kind, version: version, depth: depth)
        }
        guard let known = Self.kind(kind, version) else {
            guard let meant = KindSpelling.meant(kind, version) else {
                return skip("\(kind) (\(version))", root)
            }
            return refuse(root, misspelt: meant, kind, version)
        }
        kinds.append((kind, version, known))
        readObject(known, version: version, root)
    }

    /// What a document lists: anything, or what is of one kind.
    private enum List {
        case any
        case of(ObjectKind)
    }

    /// `List`, or the name of a kind that is read with `List` behind it, as an API server answers.
    private static func list(_ kind: String, _ version: String) -> List? {
        guard kind.hasSuffix("List") else { return nil }
        if kind == "List", version == "v1" { return .any }
        return Self.kind(String(kind.dropLast(4)), version).map { .of($0) }
    }

    private mutating func readItems(
        of root: Cursor, _ list: List, _ kind: String, version: String, depth: Int
    ) {
        var flaws = Flaws()
        if depth >= Self.listDepthLimit {
            flaws.refuse(
                root, "lists stand in one another more than \(Self.listDepthLimit) deep",
                right: "write the objects as documents of their own, or in one list")
        } else {
            for item in root["items"].items(&flaws) {
                guard let tree = item.tree else { continue }
                let item = Cursor(root: tree)
                if case .of(let kind) = list, tree.isMap, !item["kind"].isPresent,
                    !item["apiVersion"].isPresent
                {
                    // What stands in the list of its kind need not name it.
                    readObject(kind, version: version, item)
                } else {
                    read(tree, depth: depth + 1)
                }
            }
        }
        if flaws.errors.isEmpty { return }
        refuse(root, key: nil, name: "", namespace: "", kind: kind, flaws)
    }

    /// Refuses what is one of our kinds in a spelling that nobody knows.
    private mutating func refuse(
        _ root: Cursor, misspelt meant: ObjectKind, _ kind: String, _ version: String
    ) {
        var ignored = Flaws()
        let key = ObjectMeta(meant, root["metadata"], options, &ignored).key
        var flaws = Flaws()
        let right = meant.apiVersion
        if kind == meant.name {
            flaws.refuse(
                root["apiVersion"], "\(version) has no kind \(kind)", right: "write \(right)")
        } else {
            flaws.refuse(
                root["kind"], "there is no kind \(kind) in \(version)",
                right: "write kind: \(meant.name) with apiVersion: \(right)")
        }
        refuse(
            root, key: key.name.isEmpty ? nil : key, name: key.name, namespace: key.namespace,
            kind: meant.name, flaws)
    }

    private mutating func skip(_ kind: String, _ root: Cursor) {
        if reading.skipped[kind] == nil { reading.skipped[kind] = root.line }
    }

    private static func kind(_ name: String, _ apiVersion: String) -> ObjectKind? {
        let parts = apiVersion.split(separator: "/", maxSplits: 1)
        let group = parts.count == 2 ? String(parts[0]) : ""
        guard let version = parts.last else { return nil }
        return ObjectKind.allCases.first {
            $0.name == name && $0.group == group && $0.versions.contains(String(version))
        }
    }

    private mutating func readObject(_ kind: ObjectKind, version: String, _ root: Cursor) {
        var flaws = Flaws()
        if version != kind.apiVersion {
            flaws.warn(
                root["apiVersion"], "\(version) is read as \(kind.apiVersion)",
                right: "write \(kind.apiVersion)")
        }
        let meta = ObjectMeta(kind, root["metadata"], options, &flaws)
        if kind == .secret, !SecretContent.isRead(root) { return }
        if kind == .configMap {
            let isTrust =
                meta.labels[KnownName.trustBundleLabel] != nil
                && meta.namespace == options.systemNamespace
            guard isTrust || PlatformContent.names.contains(meta.name) else {
                skip("ConfigMap \(meta.name)", root)
                return
            }
            if meta.namespace != options.systemNamespace {
                flaws.warn(
                    root["metadata"]["namespace"], "is not read in \(meta.namespace)",
                    right: "write \(options.systemNamespace)")
            }
        }
        let content = content(kind, root, meta, &flaws)
        if !kind.hasChoices, kind != .secret {
            GatewayChoices.warnOfUnread(kind, root["metadata"]["annotations"], &flaws)
        }
        let place = ManifestObject.Place(file: file, position: position, line: root.line)
        let object = ManifestObject(
            meta: meta, place: place, content: content, remarks: flaws.remarks)
        reading.notices += flaws.warnings.map { fault($0, meta.key) }
        if flaws.errors.isEmpty {
            reading.objects.append(object)
            position += 1
        } else {
            refuse(
                root, key: meta.name.isEmpty ? nil : meta.key, name: meta.name,
                namespace: meta.namespace, kind: kind.name, flaws)
        }
    }

    private func content(
        _ kind: ObjectKind, _ root: Cursor, _ meta: ObjectMeta, _ flaws: inout Flaws
    ) -> ManifestObject.Content {
        switch kind {
        case .route: .route(RouteContent(root, meta, &flaws))
        case .service: .service(ServiceContent(root, meta, &flaws))
        case .configuration: .configuration(ConfigurationContent(root, &flaws))
        case .revision: .revision(RevisionContent(root, &flaws))
        case .ingress: .ingress(IngressContent(root, meta, &flaws))
        case .domainMapping:
            .domainMapping(DomainMappingContent(root, meta, options, &flaws))
        case .clusterDomainClaim: .claim(ClaimContent(root, &flaws))
        case .secret:
            .secret(
                SecretContent(
                    root,
                    isTrust: meta.namespace == options.systemNamespace
                        && meta.name == KnownName.servingCertificates, &flaws))
        case .coreService: .coreService(CoreServiceContent(root, &flaws))
        case .endpoints: .addresses(.endpoints(root, meta, &flaws))
        case .endpointSlice: .addresses(.slice(root, meta, &flaws))
        case .configMap:
            PlatformContent.names.contains(meta.name)
                ? .platform(PlatformContent(named: meta.name, root["data"], options, &flaws))
                : .trust(TrustContent(root["data"], &flaws))
        }
    }

    /// Refuses a document that cannot be read: nobody knows which object it is.
    private mutating func refuse(_ flaw: Flaw) {
        let fault = ObjectFault(
            file: file, line: flaw.line, kind: "", namespace: "", name: "", field: flaw.field,
            wrong: flaw.wrong, right: flaw.right)
        reading.refused.append(
            FileReading.Refused(
                key: nil, kind: "", namespace: "", name: "", line: flaw.line, position: position,
                faults: [fault]))
        position += 1
    }

    private mutating func refuse(
        _ root: Cursor, key: ObjectKey?, name: String, namespace: String, kind: String,
        _ flaws: Flaws
    ) {
        let faults = flaws.errors.map { flaw in
            ObjectFault(
                file: file, line: flaw.line, kind: kind, namespace: namespace, name: name,
                field: flaw.field, wrong: flaw.wrong, right: flaw.right)
        }
        let facts = ObjectMeta.StatusFacts(root["metadata"])
        reading.refused.append(
            FileReading.Refused(
                key: key, kind: kind, namespace: namespace, name: name, line: root.line,
                position: position, uid: facts.uid, generation: facts.generation, faults: faults))
        position += 1
    }

    private func fault(_ flaw: Flaw, _ key: ObjectKey) -> ObjectFault {
        ObjectFault(
            file: file, line: flaw.line, kind: key.kind.name, namespace: key.namespace,
            name: key.name, field: flaw.field, wrong: flaw.wrong, right: flaw.right)
    }
}
