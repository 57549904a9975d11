import Routing

/// All programs, by key, and who has which host.
struct ProgramTable: Sendable {
    private(set) var byKey = KeyedTable<Program>()
    /// How many there are of each of the served kinds.
    private var counts = [Int](repeating: 0, count: Self.servedKinds.count)
    private var owners = OwnerTable()
    /// Programs with faults or notices.
    private var spoken: Set<ObjectKey> = []
    /// Programs that name certificates or ask for clients' own.
    private(set) var secured: Set<ObjectKey> = []
    /// Secrets that programs looked at, found or not, with how many did.
    private(set) var secrets: [ObjectKey: Int] = [:]
    /// Counts how often other Secrets were looked at than before.
    private(set) var secretsNumber = 0
    /// How many Routes have a placeholder Service of that name for a tag.
    private var placeholders = ShardedTable<NamespacedName, Int>()

    /// Puts a program in place of an older one; nil takes that away.
    mutating func replace(_ key: ObjectKey, _ old: Program?, by made: ManifestStore.Made) {
        if let old {
            owners.remove(old)
            count(tagsOf: old, -1)
            count(secretsOf: old, -1)
        }
        guard let program = made.program else {
            if old != nil {
                byKey.remove(key)
                count(key.kind, -1)
            }
            mark(key, speaks: false, isSecured: false)
            return
        }
        byKey.set(program)
        if old == nil { count(key.kind, 1) }
        mark(
            key, speaks: !program.faults.isEmpty || !program.notices.isEmpty,
            isSecured: program.output.authority != nil || !program.tls.isEmpty)
        owners.add(program, made.claimHashes)
        count(tagsOf: program, 1)
        count(secretsOf: program, 1)
    }

    /// Many programs were replaced: lets go of what was kept for that.
    mutating func endPass() { owners.endPass() }

    /// Most are neither.
    private mutating func mark(_ key: ObjectKey, speaks: Bool, isSecured: Bool) {
        if speaks { spoken.insert(key) } else if !spoken.isEmpty { spoken.remove(key) }
        if isSecured { secured.insert(key) } else if !secured.isEmpty { secured.remove(key) }
    }

    /// All programs in order of rank: nothing that every change should ask for.
    var ranked: [Program] {
        var all: [Program] = []
        byKey.forEach { all.append($0) }
        return all.sorted { $0.isBefore($1) }
    }

    /// Programs that have something to say, in order of rank.
    var speaking: [Program] { spoken.compactMap { byKey[$0] }.sorted { $0.isBefore($1) } }

    /// Whether some Route has a placeholder Service of that name: its own, or that of a tag.
    func isPlaceholder(_ name: NamespacedName) -> Bool {
        byKey[ObjectKey(.route, name.namespace, name.name)]?.output.hasPlaceholder == true
            || placeholders[name] != nil
    }

    /// Those of the program's hosts that it has itself, in the order of its rules.
    func hosts(servedBy program: Program) -> [String] {
        let hosts = program.hosts
        if !owners.hasContests { return hosts }
        return hosts.filter { owners.winner(of: $0).map { $0 === program } ?? true }
    }

    /// Whether replacing these programs may have changed who has which certificate: one of them
    /// names some, or hosts of one that does have got another owner.
    func changesCertificates(_ keys: [ObjectKey], since before: ProgramTable) -> Bool {
        if secured.isEmpty, before.secured.isEmpty { return false }
        return keys.contains { key in
            secured.contains(key) || before.secured.contains(key)
                || byKey[key]?.claims != before.byKey[key]?.claims
                || byKey[key]?.rank != before.byKey[key]?.rank
        }
    }

    /// Adds to `change` the routes of these programs that are new, other or gone since `before`.
    func addChange(
        of keys: [ObjectKey], since before: ProgramTable, into change: inout TableChange
    ) {
        var seen: Set<NamespacedName> = []
        let kind = keys.first?.kind
        let areAlike = keys.allSatisfy { $0.kind == kind }
        for key in keys {
            if !areAlike {
                let name = NamespacedName(namespace: key.namespace, name: key.name)
                guard seen.insert(name).inserted else { continue }
            }
            let old = before.serving(key)
            let new = serving(key)
            if let new, let route = new.route {
                if route == old?.route, new.rank == old?.rank { continue }
                change.routes.append(RankedRoute(route, rank: new.rank))
            } else if let route = old?.route {
                change.routesRemoved.append(route.key)
            }
        }
        change.routes.sort()
    }

    /// The program whose route has the key's name: of several, the first in rank.
    private func serving(_ key: ObjectKey) -> Program? {
        var first: Program?
        for (kind, count) in zip(Self.servedKinds, counts) where count > 0 {
            let key = kind == key.kind ? key : ObjectKey(kind, key.namespace, key.name)
            guard let program = byKey[key], program.isServed else { continue }
            if let known = first, known.isBefore(program) { continue }
            first = program
        }
        return first
    }

    /// Kinds of objects that routes are compiled from.
    static let servedKinds: [ObjectKind] = [.route, .ingress, .domainMapping]

    private mutating func count(_ kind: ObjectKind, _ change: Int) {
        if let place = Self.servedKinds.firstIndex(of: kind) { counts[place] += change }
    }

    private mutating func count(tagsOf program: Program, _ change: Int) {
        for label in program.output.tagLabels {
            placeholders.add(
                change, to: NamespacedName(namespace: program.key.namespace, name: label))
        }
    }

    private mutating func count(secretsOf program: Program, _ change: Int) {
        for key in program.topics.secrets {
            let count = secrets[key, default: 0] + change
            if count == 0 || secrets[key] == nil { secretsNumber += 1 }
            secrets[key] = count == 0 ? nil : count
        }
    }

    /// Hosts that a program wants and an older one has, each with that one, in order.
    func losses(of program: Program) -> [(host: String, winner: Program)] {
        if !owners.hasContests { return [] }
        return program.claims.sorted().compactMap { host in
            guard let winner = owners.winner(of: host), winner !== program else { return nil }
            return (host, winner)
        }
    }

    /// One notice for each host that a program does not get, in a fixed order.
    var conflicts: [ObjectFault] {
        owners.rivals.flatMap { host, programs in
            let winner = programs[0]
            return programs.dropFirst().map { loser in
                loser.object.fault(
                    field: "", wrong: "host \(host) is served by the older \(winner.title)",
                    right: "remove one of the two")
            }
        }
    }
}
