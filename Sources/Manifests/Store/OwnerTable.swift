internal import Routing

/// Who wants which host: of several programs the first in rank has it.
///
/// A host that one program wants takes eight bytes: its hash and the program's number as a reader.
/// One that several want, nearly always by mistake, is kept with all of them. In shards, so that a
/// change after a copy copies one shard, not all.
struct OwnerTable: Sendable {
    /// Hosts that one program wants.
    private var shards = [HashIndex](repeating: HashIndex(), count: Shards.count)
    /// By number.
    private var programs = PagedArray<Program?>(blank: nil)
    private var contests = KeyedTable<Contest>()
    private var contestCount = 0
    /// What programs want that were asked whether a host is theirs, until `endPass`.
    private var unpacked: [ObjectKey: Set<String>] = [:]

    private struct Host: Hashed {
        let name: String
        let hash: Int

        init(_ name: String) {
            self.name = name
            hash = OwnerTable.hash(name)
        }
    }

    /// A host that several want, with those in order of rank.
    private struct Contest: Keyed {
        let key: Host
        var programs: [Program]
    }

    /// Of a host as it is claimed.
    static func hash(_ host: String) -> Int { host.hashValue }

    /// Some host is wanted by several.
    var hasContests: Bool { contestCount > 0 }

    /// Of the programs that want the host, the first in rank; nil where there are not several.
    func winner(of host: String) -> Program? { contests[Host(host)]?.programs.first }

    /// Hosts that several want, in order, each with those in order of rank.
    var rivals: [(host: String, programs: [Program])] {
        if contestCount == 0 { return [] }
        var all: [(host: String, programs: [Program])] = []
        contests.forEach { all.append(($0.key.name, $0.programs)) }
        return all.sorted { $0.host < $1.host }
    }

    /// Takes in a program with the hashes of its claims, in their order.
    mutating func add(_ program: Program, _ hashes: [Int]) {
        let number = Int(program.topics.reader)
        programs[number] = program
        var met: [Int] = []
        for (place, hash) in hashes.enumerated() {
            let shard = Shards.index(of: hash)
            if shards[shard].find(hash, { $0 != number }) != nil
                || contestCount > 0 && contests.first(hash: hash, where: { _ in true }) != nil
            {
                met.append(place)
            } else {
                shards[shard].insert(number, hash: hash)
            }
        }
        // Nearly always it is the only one.
        if met.isEmpty { return }
        let claims = program.claims
        for place in met { add(program, Host(claims[place])) }
    }

    /// Something of the host's hash is wanted already: two hosts may have one.
    private mutating func add(_ program: Program, _ host: Host) {
        let known: Void? = contests.change(host) { contest in
            contest.programs.insert(program, at: contest.programs.place(of: program))
        }
        if known != nil { return }
        let number = Int(program.topics.reader)
        let shard = Shards.index(of: host.hash)
        guard let other = only(host, but: number) else {
            return shards[shard].insert(number, hash: host.hash)
        }
        shards[shard].remove(Int(other.topics.reader), hash: host.hash)
        let isFirst = program.isBefore(other)
        contests.set(
            Contest(key: host, programs: isFirst ? [program, other] : [other, program]))
        contestCount += 1
    }

    /// The other program that alone wants the host.
    private mutating func only(_ host: Host, but number: Int) -> Program? {
        var numbers: [Int] = []
        _ = shards[Shards.index(of: host.hash)].find(host.hash) {
            if $0 != number { numbers.append($0) }
            return false
        }
        for program in numbers.compactMap({ programs[$0] }) {
            let claims = unpacked[program.key] ?? Set(program.claims)
            unpacked[program.key] = claims
            if claims.contains(host.name) { return program }
        }
        return nil
    }

    /// Forgets a program.
    mutating func remove(_ program: Program) {
        let number = Int(program.topics.reader)
        programs[number] = nil
        unpacked[program.key] = nil
        for name in program.claims {
            let host = Host(name)
            let left: [Program]? =
                contestCount == 0
                ? nil
                : contests.change(host) { contest in
                    contest.programs.remove(at: contest.programs.place(of: program))
                    return contest.programs
                }
            guard let left else {
                shards[Shards.index(of: host.hash)].remove(number, hash: host.hash)
                continue
            }
            if left.count > 1 { continue }
            contests.remove(host)
            contestCount -= 1
            shards[Shards.index(of: host.hash)].insert(Int(left[0].topics.reader), hash: host.hash)
        }
    }

    /// Many programs were added and removed: lets go of what was kept for that.
    mutating func endPass() { unpacked = [:] }
}

extension [Program] {
    /// Where the program stands in this list, which is in order of rank, or would stand.
    fileprivate func place(of program: Program) -> Int {
        var places = startIndex..<endIndex
        while !places.isEmpty {
            let middle = places.lowerBound + places.count / 2
            places =
                self[middle].isBefore(program)
                ? middle + 1..<places.upperBound : places.lowerBound..<middle
        }
        return places.lowerBound
    }
}
