@testable import Manifests

extension Tree {
    /// All of it with lines, types and keys, as one line.
    var shown: String {
        switch value {
        case .null: "\(line):null"
        case .bool(let flag): "\(line):\(flag)"
        case .integer(let number): "\(line):\(number)"
        case .number(let number): "\(line):n\(number)"
        case .text(let text): "\(line):'\(text)'"
        case .list(let items): "\(line):[\(items.map(\.shown).joined(separator: ","))]"
        case .map(let entries):
            "\(line):{\(entries.map { "\($0.line)\($0.key)=\($0.tree.shown)" }.joined(separator: ","))}"
        }
    }

    /// Its values and keys, those that aliases stand for each time.
    var nodeCount: Int {
        switch value {
        case .list(let items): 1 + items.reduce(0) { $0 + $1.nodeCount }
        case .map(let entries): 1 + entries.reduce(0) { $0 + 1 + $1.tree.nodeCount }
        default: 1
        }
    }
}
