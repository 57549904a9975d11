import Routing
import RoutingReference

@testable import Manifests

/// Manifests of hostile text: nothing traps, what is compiled has no hole, and it does not depend on
/// what was loaded before.
///
/// The input is one file or more, with a line `===` between two.
enum ManifestsSubject {
    static func check(_ bytes: [UInt8]) throws(Finding) {
        let text = String(decoding: bytes, as: UTF8.self)
        let files = text.split(separator: "\n===\n", omittingEmptySubsequences: false)
            .prefix(6).map(String.init)
        for file in files { try checkSize(file) }
        var store = ManifestStore()
        for (number, file) in files.enumerated() { store.load(file: "\(number)", text: file) }
        let first = store.compile()
        try check(first)
        for name in first.names { store.setAddresses(ofName: name, [[192, 0, 2, 1]]) }
        try check(store.compile(at: 1 << 40))
        store.served(at: 1 << 41)
        // Each file goes and comes again.
        for (number, file) in files.enumerated() {
            store.remove(file: "\(number)")
            try check(store.compile())
            store.load(file: "\(number)", text: file)
        }
        let again = store.compile()
        try check(again)
        try demand(again.faults, equals: first.faults, "faults after coming again")
        for number in files.indices { store.remove(file: "\(number)") }
        let empty = store.compile()
        try demand(empty.routes.isEmpty && empty.destinations.isEmpty, "left behind")
    }

    /// A text takes memory in proportion to its size, whatever its aliases stand for; a document that
    /// is refused says where and why.
    private static func checkSize(_ text: String) throws(Finding) {
        guard let documents = try? TreeParser.documents(of: text) else { return }
        // Up to 1.5 without aliases: a flow map's pair may be one byte long.
        let most = 8 + 2 * text.utf8.count + TreeParser.copyLimit(text.utf8.count) / 16
        var nodes = 0
        var texts = 0
        for document in documents {
            switch document {
            case .success(let tree): count(tree, &nodes, &texts, until: most)
            case .failure(let flaw):
                try demand(
                    flaw.line >= 1 && !flaw.wrong.isEmpty && !flaw.right.isEmpty, "\(flaw)")
            }
        }
        try demand(nodes <= most, "more than \(most) values of \(text.utf8.count) bytes")
        let textMost = text.utf8.count + TreeParser.copyLimit(text.utf8.count)
        try demand(texts <= textMost, "\(texts) bytes of \(text.utf8.count)")
    }

    /// Adds values and keys, and the bytes of their texts; goes no further than `until` values.
    private static func count(
        _ tree: Tree, _ nodes: inout Int, _ texts: inout Int, until: Int
    ) {
        nodes += 1
        guard nodes <= until else { return }
        switch tree.value {
        case .number(let text), .text(let text): texts += text.utf8.count
        case .list(let items):
            for item in items { count(item, &nodes, &texts, until: until) }
        case .map(let entries):
            for entry in entries {
                nodes += 1
                texts += entry.key.utf8.count
                count(entry.tree, &nodes, &texts, until: until)
            }
        case .null, .bool, .integer: break
        }
    }

    private static func check(_ made: Compilation) throws(Finding) {
        let known = Set(made.destinations.map(\.key))
        try demand(known.count, equals: made.destinations.count, "destinations")
        try demand(Set(made.routes.map(\.key)).count, equals: made.routes.count, "routes")
        for route in made.routes {
            try demand(route.hash.utf8.count, equals: 64, "hash")
            for path in route.rules.flatMap(\.paths) {
                try check(path.splits, known)
                for rule in path.trafficRules { try check(rule.splits, known) }
                if let sticky = path.sticky {
                    try demand(
                        sticky.order.sorted(), equals: Array(path.splits.indices), "sticky order")
                }
            }
        }
        // The table takes all of it, or says what it does not.
        let builder = TableBuilder()
        _ = builder.update(routes: made.routes, destinations: made.destinations)
        _ = made.objects
        let names = made.certificates.flatMap(\.names)
        try demand(Set(names).count, equals: names.count, "names of certificates")
        for fault in made.faults + made.notices + made.lints() {
            try demand(
                fault.line >= 1 && !fault.wrong.isEmpty && !fault.right.isEmpty, "\(fault)")
        }
    }

    private static func check(
        _ splits: [SplitSource], _ known: Set<DestinationKey>
    ) throws(Finding) {
        try demand(splits.allSatisfy { known.contains($0.destinations) }, "unknown destination")
        try demand(splits.reduce(0) { $0 + $1.share }, equals: Share.whole, "shares")
    }
}
