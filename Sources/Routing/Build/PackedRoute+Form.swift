/// How each part of a source is written; `Unpacker` reads the same in the same order.
extension Packer {
    mutating func put(_ source: RouteSource) {
        put(source.key)
        put(source.namespace)
        put(source.name)
        put(source.hash)
        put(source.exposesRevision)
        var before: [PathSource] = []
        put(source.rules) { packer, rule in
            packer.put(rule.hosts) { $0.put($1) }
            packer.put(rule.isExternal)
            packer.put(rule.redirectsToHTTPS)
            // A Route's rules for its public and for its local hosts share their paths.
            let isShared = Self.areSame(rule.paths, before)
            packer.put(isShared)
            if !isShared { packer.put(rule.paths) { $0.put($1) } }
            before = rule.paths
        }
    }

    /// Whether they have the same form by themselves: equal strings may differ in their bytes.
    private static func areSame(_ left: [PathSource], _ right: [PathSource]) -> Bool {
        if left.span.isIdentical(to: right.span) { return true }
        guard left == right else { return false }
        let forms = [left, right].map { paths in
            var packer = Packer()
            packer.put(paths) { $0.put($1) }
            return packer.sealed()
        }
        return forms[0] == forms[1]
    }

    private mutating func put(_ path: PathSource) {
        put(path.prefix)
        put(path.conditions) { packer, condition in
            packer.put(condition.name)
            packer.put(condition.value)
        }
        put(path.rewriteHost) { $0.put($1) }
        put(path.edits)
        put(path.tag)
        put(path.splits)
        put(path.access)
        put(path.trafficRules) { packer, rule in
            packer.put(rule.conditions) { $0.put($1) }
            packer.put(rule.tag)
            packer.put(rule.access)
            packer.put(rule.edits)
            packer.put(rule.splits)
        }
        put(path.sticky) { packer, sticky in
            switch sticky.key {
            case .cookie: packer.put(0)
            case .address: packer.put(1)
            case .header(let name):
                packer.put(2)
                packer.put(name)
            }
            packer.put(sticky.salt)
            packer.put(sticky.order) { $0.put($1) }
        }
    }

    private mutating func put(_ splits: [SplitSource]) {
        put(splits) { packer, split in
            packer.put(split.share)
            packer.put(split.revision)
            packer.put(split.destinations.namespace)
            packer.put(split.destinations.service)
            packer.put(split.destinations.port)
            packer.put(split.destinations.isRewritten)
            packer.put(split.edits)
        }
    }

    private mutating func put(_ edits: [FieldEdit]) {
        put(edits) { packer, edit in
            packer.put(edit.name)
            packer.put(edit.value)
        }
    }

    private mutating func put(_ access: [NetworkSource]?) {
        put(access) { packer, networks in
            packer.put(networks) { packer, network in
                packer.put(network.ip) { $0.put($1) }
                packer.put(network.prefix)
            }
        }
    }

    private mutating func put(_ condition: RuleCondition) {
        switch condition.subject {
        case .path: put(0)
        case .method: put(1)
        case .header(let name): put(2, name)
        case .query(let name): put(3, name)
        case .cookie(let name): put(4, name)
        }
        switch condition.test {
        case .present: put(0)
        case .exact(let text): put(1, text)
        case .regex(let text): put(2, text)
        case .oneOf(let texts):
            put(3)
            put(texts) { $0.put($1) }
        }
    }

    private mutating func put(_ kind: Int, _ text: String) {
        put(kind)
        put(text)
    }
}

extension Unpacker {
    mutating func route() -> RouteSource {
        let (key, namespace, name, hash) = (text(), text(), text(), text())
        let exposesRevision = flag()
        var paths: [PathSource] = []
        let rules = list { unpacker in
            var rule = RuleSource(
                hosts: unpacker.list { $0.text() }, isExternal: unpacker.flag(),
                redirectsToHTTPS: unpacker.flag(), paths: [])
            if !unpacker.flag() { paths = unpacker.list { $0.path() } }
            rule.paths = paths
            return rule
        }
        return RouteSource(
            key: key, namespace: namespace, name: name, hash: hash, rules: rules,
            exposesRevision: exposesRevision)
    }

    private mutating func path() -> PathSource {
        PathSource(
            prefix: text(),
            conditions: list { FieldCondition(name: $0.text(), value: $0.text()) },
            rewriteHost: optional { $0.text() }, edits: edits(), tag: text(), splits: splits(),
            access: access(),
            trafficRules: list { unpacker in
                TrafficRule(
                    conditions: unpacker.list { $0.condition() }, tag: unpacker.text(),
                    access: unpacker.access(), edits: unpacker.edits(),
                    splits: unpacker.splits())
            }, sticky: optional { $0.sticky() })
    }

    private mutating func sticky() -> StickySource {
        let key: StickySource.Key =
            switch number() as Int {
            case 0: .cookie
            case 1: .address
            default: .header(text())
            }
        return StickySource(key: key, salt: text(), order: list { $0.number() })
    }

    private mutating func splits() -> [SplitSource] {
        list { unpacker in
            SplitSource(
                share: unpacker.number(), revision: unpacker.text(),
                destinations: DestinationKey(
                    namespace: unpacker.text(), service: unpacker.text(), port: unpacker.text(),
                    isRewritten: unpacker.flag()), edits: unpacker.edits())
        }
    }

    private mutating func edits() -> [FieldEdit] {
        list { FieldEdit(name: $0.text(), value: $0.text()) }
    }

    private mutating func access() -> [NetworkSource]? {
        optional { unpacker in
            unpacker.list { unpacker in
                NetworkSource(ip: unpacker.list { $0.number() }, prefix: unpacker.number())
            }
        }
    }

    private mutating func condition() -> RuleCondition {
        let subject: RuleCondition.Subject =
            switch number() as Int {
            case 0: .path
            case 1: .method
            case 2: .header(text())
            case 3: .query(text())
            default: .cookie(text())
            }
        let test: RuleCondition.Test =
            switch number() as Int {
            case 0: .present
            case 1: .exact(text())
            case 2: .regex(text())
            default: .oneOf(list { $0.text() })
            }
        return RuleCondition(subject, test)
    }
}
