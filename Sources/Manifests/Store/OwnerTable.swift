internal import Routing

/// Who wants which host, by the host's hash and the program's number as a reader.
///
/// Two hosts may have one hash: who asks looks at what a program claims. In shards, so that a change
/// after a copy copies one shard, not all.
struct OwnerTable: Sendable {
    private static let shardCount: UInt = 320

    private var shards = [HashIndex](repeating: HashIndex(), count: Int(shardCount))
    /// By number, in pages.
    private var programs: [[Program?]] = []
    private static let pageSize = 256

    /// Of a host as it is claimed.
    static func hash(_ host: String) -> Int { host.hashValue }

    /// All with a host of that hash.
    func programs(_ hash: Int) -> [Program] {
        var found: [Program] = []
        _ = shards[Self.shard(of: hash)].find(hash) { number in
            let program = programs[number / Self.pageSize][number % Self.pageSize]
            if let program, !found.contains(where: { $0 === program }) {
                found.append(program)
            }
            return false
        }
        return found
    }

    /// Takes in a program with the hashes of the hosts that it wants; gives those that others may
    /// want too.
    mutating func add(_ program: Program, _ hashes: [Int]) -> [Int] {
        let number = Int(program.topics.reader)
        set(number, to: program)
        var shared: [Int] = []
        for hash in hashes {
            let shard = Self.shard(of: hash)
            if shards[shard].find(hash, { _ in true }) != nil { shared.append(hash) }
            shards[shard].insert(number, hash: hash)
        }
        return shared
    }

    /// Forgets a program; the hashes are those that it was added with.
    mutating func remove(_ program: Program, _ hashes: [Int]) {
        let number = Int(program.topics.reader)
        set(number, to: nil)
        for hash in hashes { shards[Self.shard(of: hash)].remove(number, hash: hash) }
    }

    private mutating func set(_ number: Int, to program: Program?) {
        while programs.count <= number / Self.pageSize {
            programs.append(Array(repeating: nil, count: Self.pageSize))
        }
        programs[number / Self.pageSize][number % Self.pageSize] = program
    }

    private static func shard(of hash: Int) -> Int {
        // The upper bits: the shards use the lower ones.
        Int(UInt(bitPattern: hash).multipliedFullWidth(by: shardCount).high)
    }
}
