internal import Bytes

/// Exact and wildcard host names with a number each; a wildcard stands for one label (RFC 9525 §6.3).
struct HostNames: ~Copyable, Sendable {
    /// LIMIT: RFC 1035 §2.3.4.
    static let sizeMax = 253

    private let exact: NameIndex
    /// Keyed by what follows `*.`.
    private let wildcards: NameIndex

    /// Names are exact or `*.x`, lower case; of equal ones the first counts.
    init(_ entries: [(name: String, value: UInt64)]) {
        exact = NameIndex(entries.filter { !$0.name.hasPrefix("*.") })
        wildcards = NameIndex(
            entries.filter { $0.name.hasPrefix("*.") }.map {
                (String($0.name.dropFirst(2)), $0.value)
            })
    }

    var isEmpty: Bool { exact.isEmpty && wildcards.isEmpty }

    /// The value of the exact name, else of the wildcard above it; any case, a final dot is ignored.
    func find(_ host: Span<UInt8>) -> UInt64? {
        var count = host.count
        if count > 0, host[count - 1] == UInt8(ascii: ".") { count -= 1 }
        guard count > 0, count <= Self.sizeMax else { return nil }
        if let found = exact.find(host.extracting(0..<count)) { return found }
        if wildcards.isEmpty { return nil }
        var dot = 0
        while dot < count, host[dot] != UInt8(ascii: ".") { dot += 1 }
        guard dot > 0, dot + 1 < count else { return nil }
        return wildcards.find(host.extracting(dot + 1..<count))
    }

    /// A name as certificates and clients write it in the form used here; nil for what names no host.
    static func normal(_ name: some Collection<UInt8>) -> String? {
        var bytes = name.map { ASCII.lowered($0) }
        if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        let isWildcard = bytes.starts(with: "*.".utf8)
        let plain = bytes.dropFirst(isWildcard ? 2 : 0)
        guard !plain.isEmpty, bytes.count <= sizeMax, plain.allSatisfy(ASCII.isHost) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
