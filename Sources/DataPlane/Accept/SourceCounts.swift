import Bytes
import Reactor

/// How many connections each source has, in memory that does not grow with the sources.
///
/// A count-min sketch (Cormode and Muthukrishnan 2005) of two rows: a source's count is the lower one of its
/// two cells, so that it is never too low. It is too high by what others put into both: of n connections of
/// many sources about n / 4096, far from the half of all that is asked for, and nobody can
/// arrange more without the seed. Addresses of IPv6 count by their /64, which is one customer's.
struct SourceCounts: ~Copyable {
    /// LIMIT: cells of a row; a power of two.
    private static let cells = 4096

    private var counts = PlainTable<UInt32>(filledWith: 0)
    private let seed: HashSeed

    init(seed: HashSeed) {
        self.seed = seed
        counts.grow(to: 2 * Self.cells)
    }

    /// Counts a connection.
    mutating func add(_ source: SocketAddress) {
        let (one, other) = places(source)
        counts[one] += 1
        counts[other] += 1
    }

    /// Forgets a connection that was counted.
    mutating func remove(_ source: SocketAddress) {
        let (one, other) = places(source)
        counts[one] -= 1
        counts[other] -= 1
    }

    /// Counts one, or forgets one that was counted.
    mutating func count(_ source: SocketAddress, isNew: Bool) {
        if isNew { add(source) } else { remove(source) }
    }

    /// How many there are.
    func count(_ source: SocketAddress) -> Int {
        let (one, other) = places(source)
        return Int(min(counts[one], counts[other]))
    }

    /// Whether nobody is counted.
    var isEmpty: Bool {
        for index in 0..<counts.count where counts[index] != 0 { return false }
        return true
    }

    /// Whether both are counted as one.
    static func areOne(_ one: SocketAddress, _ other: SocketAddress) -> Bool {
        one.high == other.high && one.isIPv6 == other.isIPv6
    }

    /// Its cell in each row.
    private func places(_ source: SocketAddress) -> (Int, Int) {
        let first = Self.mixed(seed.start ^ source.high, seed.factor)
        let hash = Self.mixed(first ^ (source.isIPv6 ? 1 : 0), seed.factor)
        let mask = UInt64(Self.cells - 1)
        return (Int(hash & mask), Self.cells + Int(hash >> 32 & mask))
    }

    private static func mixed(_ word: UInt64, _ factor: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }
}
