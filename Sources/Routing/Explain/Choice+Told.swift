internal import Bytes
internal import HTTP

extension Choice {
    /// The split for people: shares, key, intervals or counts.
    func told(
        _ taken: Int?, _ facts: ExplainTrace.Facts, _ asker: Asker, _ head: borrowing Head,
        _ bytes: Span<UInt8>
    ) -> Explanation.Split {
        let intervals = isSticky ? intervals : []
        let allowed = isSticky ? [] : facts.draws.map { split.allowed($0) }
        let shares = (0..<split.count).map { index in
            Explanation.Share(
                revision: Disclosure.text(revision(index)), desired: desired(index),
                begin: intervals.isEmpty ? nil : intervals[index].lowerBound,
                end: intervals.isEmpty ? nil : intervals[index].upperBound,
                counts: facts.draws.map { $0.value(split.cell(index)) },
                mayBeNext: allowed.map { $0 >> UInt64(index) & 1 == 1 },
                isTaken: index == taken,
                destinations: facts.destinations(
                    in: facts.table.destinations(of: split.share(index), in: path.route)))
        }
        return Explanation.Split(
            kind: isSticky ? "sticky" : "counted",
            key: isSticky ? key(asker, head, bytes) : nil, shares: shares)
    }

    private func revision(_ index: Int) -> BlockView {
        path.route.text(at: split.share(index) + Layout.Share.revision)
    }

    /// Millionths, rounded down.
    private func desired(_ index: Int) -> UInt32 {
        guard split.total > 0 else { return 0 }
        return UInt32(UInt64(split.weight(index)) * UInt64(Share.whole) / UInt64(split.total))
    }

    /// By share: its part of the line.
    private var intervals: [Range<UInt32>] {
        var intervals = [Range<UInt32>](repeating: 0..<0, count: split.count)
        var begin: UInt32 = 0
        for index in 0..<path.sticky.count {
            let end = path.sticky.end(index)
            intervals[path.sticky.share(index)] = begin..<end
            begin = end
        }
        return intervals
    }

    private func key(
        _ asker: Asker, _ head: borrowing Head, _ bytes: Span<UInt8>
    ) -> Explanation.Key {
        let sticky = path.sticky
        let name = Disclosure.text(sticky.name)
        let kind: String
        let value: String?
        switch sticky.kind {
        case .cookie:
            kind = "cookie \(name)"
            value =
                placed?.issued?.text
                ?? HeadSearch.cookie(sticky.name, head, bytes).map {
                    Disclosure.text(bytes.extracting($0))
                }
        case .header:
            kind = "header \(name)"
            let found = FoundField(sticky.name, head, bytes, under: .empty)
            value = placed == nil ? nil : found.text(sticky.name, head, bytes)
        case .address:
            kind = "client-ip"
            value = asker.address.text
        }
        return Explanation.Key(
            kind: kind, salt: Disclosure.text(sticky.salt), value: value,
            hash: placed.map { Self.hexadecimal($0.hash) }, position: placed?.position,
            isIssued: sticky.kind == .cookie && (placed == nil || placed?.issued != nil))
    }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension StickyKey {
    /// The cookie's value.
    var text: String {
        String(decoding: (0..<Self.digitCount).map { digit($0) }, as: UTF8.self)
    }
}

extension ExplainTrace.Facts {
    /// A set's destinations with what the workers know of them.
    func destinations(in set: DestinationSetView) -> [Explanation.Destination] {
        (0..<set.count).map { index in
            let destination = set[index]
            let until = health.map { $0.value(destination.id) }.filter { $0 > now }
            return Explanation.Destination(
                address: Self.text(destination),
                speaks: destination.protocolToUpstream.name(overTLS: destination.isTLS),
                workersAvoiding: until.count,
                avoidedMilliseconds: until.max().map { ($0 - now + 999_999) / 1_000_000 } ?? 0)
        }
    }

    private static func text(_ destination: Destination) -> String {
        let address = ClientAddress(
            high: destination.high, low: destination.low, isIPv6: destination.isIPv6)
        return address.isIPv6
            ? "[\(address.text)]:\(destination.port)" : "\(address.text):\(destination.port)"
    }
}
