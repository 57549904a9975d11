internal import Bytes

/// A `TreeText` being written, from its first node to its last.
struct TreeBuilder {
    /// What nodes' texts are ranges of.
    var bytes: [UInt8]
    private(set) var nodes: [TreeNode] = []

    /// Keys of a map up to this count are compared one by one.
    private static let fewKeys = 12

    init(bytes: [UInt8] = []) { self.bytes = bytes }

    /// Where the next node will be.
    var end: Int { nodes.count }

    // MARK: Writing

    mutating func add(_ node: TreeNode) { nodes.append(node) }

    /// The node of a key with that text.
    func key(_ range: Range<Int>, line: UInt32, merges: Bool = false) -> TreeNode {
        let mark = TextMark.of(bytes.span.extracting(range))
        return TreeNode(
            merges ? .mergeKey : .key, range, line: line, mark: UInt16(truncatingIfNeeded: mark))
    }

    /// Nodes that are there, once more, but for merge keys: what they merge stands in the map already,
    /// and copies of copies would soon be more than there is memory for.
    mutating func add(copyOf range: Range<Int>) {
        var open: [(copy: Int, end: Int)] = []
        var index = range.lowerBound
        while index < range.upperBound {
            let node = nodes[index]
            if node.kind == .mergeKey {
                index = entry(after: index)
            } else {
                if node.hasNodes { open.append((copy: end, end: index + node.size)) }
                add(node)
                index += 1
            }
            while let last = open.last, index >= last.end {
                nodes[last.copy].first = UInt32(end - last.copy)
                open.removeLast()
            }
        }
    }

    /// A list or map, which is open until it is closed.
    mutating func open(_ kind: TreeNode.Kind, line: UInt32) -> Int {
        add(TreeNode(kind, line: line))
        return end - 1
    }

    /// With so many items or entries.
    mutating func close(_ node: Int, count: Int) {
        nodes[node].first = UInt32(end - node)
        nodes[node].count = UInt32(count)
    }

    /// Takes back all nodes from that one on.
    mutating func remove(from node: Int) { nodes.removeSubrange(node...) }

    // MARK: Looking back

    func kind(_ node: Int) -> TreeNode.Kind { nodes[node].kind }

    func line(_ node: Int) -> UInt32 { nodes[node].line }

    func text(_ node: Int) -> ArraySlice<UInt8> { bytes[nodes[node].range] }

    /// The bytes that some nodes and their texts are.
    func size(of range: Range<Int>) -> Int {
        range.reduce(range.count * MemoryLayout<TreeNode>.stride) { size, node in
            size + (nodes[node].isText ? Int(nodes[node].count) : 0)
        }
    }

    /// The entry behind that of a key.
    func entry(after key: Int) -> Int { key + 1 + nodes[key + 1].size }

    /// The keys of a map that is closed.
    func keys(of map: Int) -> [Int] {
        let keys = sequence(first: map + 1) { entry(after: $0) }
        return keys.prefix { $0 < map + nodes[map].size }.filter { nodes[$0].kind == .key }
    }

    /// The items of a list that is closed.
    func items(of list: Int) -> [Int] {
        let items = sequence(first: list + 1) { $0 + nodes[$0].size }
        return Array(items.prefix { $0 < list + nodes[list].size })
    }

    /// The line of the first value that has `depth` or more others around it, of those in a range.
    func line(in range: Range<Int>, deeperThan depth: Int) -> UInt32? {
        var ends: [Int] = []
        for node in range {
            while let end = ends.last, node >= end { ends.removeLast() }
            if ends.count >= depth, !nodes[node].isKey { return nodes[node].line }
            if nodes[node].hasNodes { ends.append(node + nodes[node].size) }
        }
        return nil
    }

    /// The first key that stands more than once in a map, closed or not, that ends here.
    func repeatedKey(_ map: Int, count: Int) -> Int? {
        if count > Self.fewKeys { return repeatedKey(map) }
        var key = map + 1
        while key < end {
            let next = entry(after: key)
            var other = next
            while other < end {
                if isSame(key, other) { return key }
                other = entry(after: other)
            }
            key = next
        }
        return nil
    }

    private func repeatedKey(_ map: Int) -> Int? {
        var first: [ArraySlice<UInt8>: Int] = [:]
        var repeated: Int?
        var key = map + 1
        while key < end {
            let earlier = first[text(key), default: key]
            if earlier != key { repeated = min(repeated ?? earlier, earlier) }
            first[text(key)] = earlier
            key = entry(after: key)
        }
        return repeated
    }

    private func isSame(_ key: Int, _ other: Int) -> Bool {
        let (key, other) = (nodes[key], nodes[other])
        return key.mark == other.mark && key.count == other.count
            && bytes[key.range] == bytes[other.range]
    }

    /// The texts of all keys of a map that ends here, merge keys left out.
    func keyTexts(of map: Int) -> Set<ArraySlice<UInt8>> {
        var texts: Set<ArraySlice<UInt8>> = []
        var key = map + 1
        while key < end {
            if nodes[key].kind == .key { texts.insert(text(key)) }
            key = entry(after: key)
        }
        return texts
    }
}
