@testable import ControlPlane
@testable import Manifests

/// The cluster client's readers of JSON: they agree with one another, and what cuts lists and lines
/// out of a stream does not depend on its pieces.
enum JSONSubject {
    static func check(_ bytes: [UInt8]) throws(Finding) {
        let slices = JSONSlices(bytes)
        let whole = slices.whole
        if let whole { try walk(slices, whole, depth: 0) }
        if let text = String(validating: bytes, as: UTF8.self) {
            try checkTrees(text, slices, whole)
        }
        try checkList(bytes, slices, whole)
        try checkLines(bytes)
    }

    /// Every part lies within its parent and is what it seems.
    private static func walk(
        _ slices: JSONSlices, _ range: Range<Int>, depth: Int
    ) throws(Finding) {
        try demand(!range.isEmpty && depth < 100, "a value at \(range), \(depth) deep")
        _ = (slices.text(range), slices.number(range), slices.raw(range))
        let members = slices.members(range)
        for (index, member) in (members ?? []).enumerated() {
            try demand(
                range.contains(member.key.lowerBound)
                    && member.value.upperBound < range.upperBound, "a member at \(member)")
            if let key = slices.text(member.key) {
                try demand(slices.isKey(member, key), "\(key) is not its own key")
            }
            let cut = slices.cut(index, of: members ?? [])
            var rest = slices.bytes[range]
            rest.removeSubrange(cut)
            try demand(JSONSlices(Array(rest)).whole != nil, "cut out \(index)")
            try walk(slices, member.value, depth: depth + 1)
        }
        for item in slices.items(range) ?? [] {
            try demand(
                range.lowerBound < item.lowerBound && item.upperBound < range.upperBound,
                "an item at \(item)")
            try walk(slices, item, depth: depth + 1)
        }
    }

    /// The reader of trees takes what the reader of slices takes, but for keys that stand twice; the
    /// YAML reader sees the same.
    private static func checkTrees(
        _ text: String, _ slices: JSONSlices, _ whole: Range<Int>?
    ) throws(Finding) {
        let documents = try? JSONTreeParser.documents(of: text)
        let starts = [UInt8(ascii: "{"), UInt8(ascii: "[")]
        guard let whole, starts.contains(slices.bytes[whole.lowerBound]) else {
            let isMarked = text.contains("\n---")
            return try demand(documents?.count != 1 || isMarked, "a tree of what is no JSON")
        }
        try demand(documents?.count == 1, "no document of JSON")
        let plain = PlainJSON(slices, whole)
        guard case .success(let tree) = documents?.first else {
            return try demand(plain?.hasRepeatedKey ?? true, "no tree of JSON")
        }
        if let plain { try demand(PlainJSON(tree), equals: plain, "tree and slices") }
        // YAML folds lines and refuses characters where JSON does not.
        guard slices.bytes.allSatisfy({ $0 < 0x7f && ($0 >= 0x20 || $0 == 0x0a) }) else { return }
        guard let others = try? TreeParser.documents(of: text + "\n# YAML"), others.count == 1,
            case .success(let other) = others[0]
        else { return }
        try demand(
            PlainJSON(other), equals: PlainJSON(tree).withWholeNumbers, "YAML's tree and JSON's")
    }

    private struct Cut: Equatable {
        var items: [[UInt8]] = []
        var envelope: [UInt8] = []
        var isGood = true
    }

    private static func checkList(
        _ bytes: [UInt8], _ slices: JSONSlices, _ whole: Range<Int>?
    ) throws(Finding) {
        let cut = try Cuts.agree(bytes[...]) { pieces throws(Finding) in
            var cutter = ListCutter(itemMax: 4096)
            var cut = Cut()
            for piece in pieces where cut.isGood {
                cut.isGood = cutter.take(Array(piece)) { cut.items.append($0) }
            }
            // Of what is refused the caller uses nothing.
            if cut.isGood { cut.envelope = cutter.envelope } else { cut.items = [] }
            return cut
        }
        guard cut.isGood, let whole, let members = slices.members(whole) else { return }
        let lists = members.filter { slices.isKey($0, "items") }
        guard lists.count == 1, slices.bytes[lists[0].key].elementsEqual("\"items\"".utf8),
            let items = slices.items(lists[0].value)
        else { return }
        try demand(cut.items, equals: items.map { Array(bytes[$0]) }, "items")
        let envelope = JSONSlices(cut.envelope)
        let left = envelope.whole.flatMap { envelope.members($0) }
        try demand(left?.count, equals: members.count, "the envelope's members")
        for (member, old) in zip(left ?? [], members) where old != lists[0] {
            try demand(
                envelope.raw(member.value), equals: slices.raw(old.value), "the envelope")
        }
    }

    private static func checkLines(_ bytes: [UInt8]) throws(Finding) {
        let lines = try Cuts.agree(bytes[...]) { pieces throws(Finding) -> [[UInt8]] in
            var cutter = LineCutter(most: 4096)
            var lines: [[UInt8]] = []
            for piece in pieces {
                guard cutter.take(Array(piece), { lines.append($0) }) else { return [] }
            }
            return lines + [cutter.rest]
        }
        let plain = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        let isTooLong = plain.contains { $0.count > 4096 }
        try demand(lines, equals: isTooLong ? [] : plain.map { Array($0) }, "lines")
    }
}
