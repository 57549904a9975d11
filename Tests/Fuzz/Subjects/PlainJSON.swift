@testable import ControlPlane
@testable import Manifests

/// A JSON text's value as either of our two readers has it, to compare.
indirect enum PlainJSON: Equatable {
    case null
    case bool(Bool)
    /// As written; whole numbers as their value.
    case number(String)
    case text(String)
    case list([PlainJSON])
    case map([Pair])

    struct Pair: Equatable {
        var key: String
        var value: PlainJSON
    }

    init(_ tree: Tree) {
        self =
            switch tree.value {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .integer(let number): .number("\(number)")
            case .number(let text): .number(text)
            case .text(let text): .text(text)
            case .list(let items): .list(items.map { PlainJSON($0) })
            case .map(let entries):
                .map(entries.map { Pair(key: $0.key, value: PlainJSON($0.tree)) })
            }
    }

    /// Nil where a string is half of a pair of escapes: only one of the readers has such strings.
    init?(_ slices: JSONSlices, _ range: Range<Int>) {
        switch slices.bytes[range.lowerBound] {
        case UInt8(ascii: "{"):
            var pairs: [Pair] = []
            for member in slices.members(range) ?? [] {
                guard let key = slices.text(member.key),
                    let value = PlainJSON(slices, member.value)
                else { return nil }
                pairs.append(Pair(key: key, value: value))
            }
            self = .map(pairs)
        case UInt8(ascii: "["):
            var items: [PlainJSON] = []
            for item in slices.items(range) ?? [] {
                guard let value = PlainJSON(slices, item) else { return nil }
                items.append(value)
            }
            self = .list(items)
        case UInt8(ascii: "\""):
            guard let text = slices.text(range) else { return nil }
            self = .text(text)
        case UInt8(ascii: "t"): self = .bool(true)
        case UInt8(ascii: "f"): self = .bool(false)
        case UInt8(ascii: "n"): self = .null
        default:
            self = .number(slices.number(range).map { "\($0)" } ?? slices.raw(range) ?? "")
        }
    }

    /// Whether a map below has a key twice.
    var hasRepeatedKey: Bool {
        switch self {
        case .map(let pairs):
            Set(pairs.map(\.key)).count < pairs.count || pairs.contains { $0.value.hasRepeatedKey }
        case .list(let items): items.contains(where: \.hasRepeatedKey)
        case .null, .bool, .number, .text: false
        }
    }

    /// As YAML has it: `1.0` and `1e0` are integers, `1e999` is a string.
    var withWholeNumbers: PlainJSON {
        switch self {
        case .number(let text):
            guard !text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || $0 >= UInt8(ascii: "0") }),
                let value = Double(text)
            else { return self }
            if !value.isFinite { return .text(text) }
            return Int64(exactly: value).map { .number("\($0)") } ?? self
        case .list(let items): return .list(items.map(\.withWholeNumbers))
        case .map(let pairs):
            return .map(pairs.map { Pair(key: $0.key, value: $0.value.withWholeNumbers) })
        case .null, .bool, .text: return self
        }
    }
}
